import Foundation

/// What the user chose in Files may be read between these two only: URLs that are security-scoped, or a script in tests.
public protocol ScopedAccess: Sendable {
  /// True when there is something to give back.
  func begin(_ url: URL) -> Bool
  /// Gives it back.
  func end(_ url: URL)
}

#if canImport(Darwin)
  /// Security-scoped URLs.
  public struct SecurityScopedAccess: ScopedAccess {
    /// Access to what the user chose.
    public init() {}
    /// True when there is something to give back.
    public func begin(_ url: URL) -> Bool { url.startAccessingSecurityScopedResource() }
    /// Gives it back.
    public func end(_ url: URL) { url.stopAccessingSecurityScopedResource() }
  }
#endif

/// A file that was imported.
public struct ImportedFile: Sendable, Equatable {
  /// Relative to what was chosen, forward slashes.
  public let path: String
  /// Its size.
  public let sizeBytes: Int
  /// SHA-256 of its bytes, in lower-case hexadecimal.
  public let sha256: String
}

/// Copies a file, or all files of a folder such as an .mlpackage, from Files into the store: all of it, or nothing. Links are not followed.
/// - Parameter path: in the store, of the file or folder that is made.
/// - Throws: ``TenfoldError`` `storage-failed`, `disk-full`, `not-installed`, `conflict` when it is there already; `CancellationError`.
public func importModel(from source: URL, to path: String, store: URL, access: any ScopedAccess) throws -> [ImportedFile] {
  let scoped = access.begin(source)
  defer { if scoped { access.end(source) } }
  let target = try storePath(path, in: store)
  let files = FileManager.default
  if files.fileExists(atPath: target.path) { throw TenfoldError(.conflict, "\(path) is in the store already.") }
  let part = target.deletingLastPathComponent().appendingPathComponent("\(UUID().uuidString).part")
  defer { try? files.removeItem(at: part) }
  do {
    try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try files.copyItem(at: source, to: part)
    let imported = try regularFiles(in: part).map { file in
      let size = (try files.attributesOfItem(atPath: file.url.path)[.size] as? NSNumber)?.intValue ?? 0
      return ImportedFile(path: file.path.isEmpty ? source.lastPathComponent : file.path, sizeBytes: size, sha256: try hashFile(at: file.url))
    }
    try protect(part)
    try files.moveItem(at: part, to: target)
    return imported
  } catch let error where !(error is CancellationError) {
    throw TenfoldError.from(error, .storageFailed, "\(source.lastPathComponent) cannot be imported")
  }
}

private func regularFiles(in url: URL) throws -> [(path: String, url: URL)] {
  let files = FileManager.default
  var isFolder: ObjCBool = false
  guard files.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else { return [("", url)] }
  return try files.subpathsOfDirectory(atPath: url.path).sorted().compactMap { path in
    let file = url.appendingPathComponent(path)
    switch try files.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType {
    case .typeRegular: return (path, file)
    case .typeDirectory: return nil
    // A link would show what lies outside of the model.
    default: throw TenfoldError(.invalidFormat, "\(path) is neither a file nor a folder.")
    }
  }
}
