import Foundation

/// The folder of the store, as core's `Files` want it: paths are relative to it, with forward slashes.
final class StoreFolder: @unchecked Sendable {
  let root: URL
  private let lock = NSLock()
  private var open: [Int: FileHandle] = [:]
  private var last = 0
  private var files: FileManager { .default }

  init(root: URL) { self.root = root }

  /// In the application's own support folder, which users do not see; out of backups, since models can be fetched again.
  static var ofApplication: StoreFolder {
    let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask).first ?? FileManager.default.temporaryDirectory
    let folder = StoreFolder(root: support.appendingPathComponent("tenfold", isDirectory: true))
    try? FileManager.default.createDirectory(at: folder.root, withIntermediateDirectories: true)
    try? protect(folder.root)
    return folder
  }

  func stat(_ path: String) throws -> [String: Any]? {
    guard let facts = try? files.attributesOfItem(atPath: try place(path).path) else { return nil }
    let isFolder = facts[.type] as? FileAttributeType == .typeDirectory
    let changedMs = ((facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0) * 1000
    let size = (facts[.size] as? NSNumber)?.doubleValue ?? 0
    let number = (facts[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
    return ["kind": isFolder ? "folder" : "file", "sizeBytes": size, "stamp": "\(changedMs)-\(size)-\(number)", "modifiedAtMs": changedMs.rounded(.down)]
  }

  func list(_ path: String) throws -> [String] { (try? files.contentsOfDirectory(atPath: try place(path).path)) ?? [] }

  func read(_ path: String, _ start: Int, _ end: Int) throws -> Data { try Self.read(try place(path), start, end) }

  static func read(_ url: URL, _ start: Int, _ end: Int) throws -> Data {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(max(0, start)))
    return (end < 0 ? try file.readToEnd() : try file.read(upToCount: max(0, end - start))) ?? Data()
  }

  func writeAtomic(_ path: String, _ bytes: Data) throws {
    let target = try place(path)
    try makeFolder(of: target)
    let draft = target.appendingPathExtension("\(UUID().uuidString).new")
    do {
      guard files.createFile(atPath: draft.path, contents: bytes) else { throw CocoaError(.fileWriteUnknown) }
      let file = try FileHandle(forUpdating: draft)
      try file.synchronize()
      try file.close()
      try replace(target, by: draft)
    } catch {
      try? files.removeItem(at: draft)
      throw error
    }
  }

  func open(_ path: String) throws -> Int {
    let url = try place(path)
    try makeFolder(of: url)
    if !files.fileExists(atPath: url.path), !files.createFile(atPath: url.path, contents: nil) { throw CocoaError(.fileWriteUnknown) }
    let file = try FileHandle(forUpdating: url)
    return lock.withLock {
      last += 1
      open[last] = file
      return last
    }
  }

  func write(_ bytes: Data, to number: Int, at position: UInt64) throws {
    let file = try handle(number)
    try file.seek(toOffset: position)
    try file.write(contentsOf: bytes)
  }

  func truncate(_ number: Int, _ sizeBytes: UInt64) throws { try handle(number).truncate(atOffset: sizeBytes) }
  func sync(_ number: Int) throws { try handle(number).synchronize() }

  func close(_ number: Int) throws {
    try handle(number).close()
    lock.withLock { open[number] = nil }
  }

  func rename(_ from: String, _ to: String) throws {
    let target = try place(to)
    try makeFolder(of: target)
    try replace(target, by: try place(from))
  }

  func remove(_ path: String) throws {
    let url = try place(path)
    if files.fileExists(atPath: url.path) { try files.removeItem(at: url) }
  }

  func link(_ from: String, _ to: String) throws { _ = try show(try place(from), as: try place(to)) }

  /// A file from elsewhere, also one that the user chose in Files.
  func bringIn(_ from: String, _ to: String) throws -> String {
    let source = URL(fileURLWithPath: from)
    let access = SecurityScopedAccess()
    let isScoped = access.begin(source)
    defer { if isScoped { access.end(source) } }
    return try show(source, as: try place(to))
  }

  func freeBytes() throws -> Double? {
    try root.resourceValues(forKeys: [.volumeAvailableCapacityForImportantUsageKey]).volumeAvailableCapacityForImportantUsage.map(Double.init)
  }

  func listLocal(_ path: String) throws -> [[String: Any]] {
    let url = URL(fileURLWithPath: path)
    let values = try url.resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
    guard values.isDirectory == true else { return [["path": url.lastPathComponent, "location": url.path, "sizeBytes": values.fileSize ?? 0]] }
    let found = files.enumerator(at: url, includingPropertiesForKeys: [.isRegularFileKey, .fileSizeKey])?.compactMap { $0 as? URL } ?? []
    let prefix = url.standardizedFileURL.path + "/"
    return try found.sorted { $0.path < $1.path }.compactMap { one in
      let values = try one.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values.isRegularFile == true else { return nil }
      let name = one.standardizedFileURL.path.replacingOccurrences(of: prefix, with: "")
      return ["path": name, "location": one.path, "sizeBytes": values.fileSize ?? 0]
    }
  }

  /// On APFS a copy shares its blocks with the original, and takes neither time nor space.
  private func show(_ source: URL, as target: URL) throws -> String {
    try makeFolder(of: target)
    let draft = target.appendingPathExtension("\(UUID().uuidString).new")
    do {
      try files.copyItem(at: source, to: draft)
      try replace(target, by: draft)
    } catch {
      try? files.removeItem(at: draft)
      throw error
    }
    return "clone"
  }

  /// In one step: whoever looks finds the old file or the new one.
  private func replace(_ target: URL, by source: URL) throws {
    guard Foundation.rename(source.path, target.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  private func place(_ path: String) throws -> URL { path.isEmpty ? root : try storePath(path, in: root) }
  private func makeFolder(of url: URL) throws { try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true) }

  private func handle(_ number: Int) throws -> FileHandle {
    guard let file = lock.withLock({ open[number] }) else { throw TenfoldError(.invalidInput, "The file is not open.") }
    return file
  }
}
