import CoreML
import Foundation

/// Models that Core ML compiled, kept by what they were compiled from and by the build of the system, since another build may compile otherwise.
public struct CompiledModels: Sendable {
  private let folder: URL
  private let systemBuild: String

  /// The compiled models of a folder.
  /// - Parameter systemBuild: "Version 26.0 (Build 25A354)", by default this system's.
  public init(folder: URL, systemBuild: String = ProcessInfo.processInfo.operatingSystemVersionString) {
    self.folder = folder
    self.systemBuild = systemBuild
  }

  /// The compiled form of a model, from the cache or made now. Two that ask at once both get one; a torn one is never found.
  /// - Parameters:
  ///   - source: an .mlmodel or .mlpackage.
  ///   - digest: of all its files.
  /// - Throws: ``TenfoldError`` `load-failed`, `disk-full`.
  public func compiled(_ source: URL, digest: String) async throws -> URL {
    let files = FileManager.default
    let target = folder.appendingPathComponent("\(digest)-\(buildName).mlmodelc", isDirectory: true)
    if files.fileExists(atPath: target.path) { return target }
    do {
      try files.createDirectory(at: folder, withIntermediateDirectories: true)
      let made = try await MLModel.compileModel(at: source)
      defer { try? files.removeItem(at: made) }
      // Core ML writes to a temporary folder, which may be of another volume: only the second move is atomic.
      let part = folder.appendingPathComponent("\(UUID().uuidString).part", isDirectory: true)
      defer { try? files.removeItem(at: part) }
      try files.moveItem(at: made, to: part)
      do {
        try files.moveItem(at: part, to: target)
      } catch  where files.fileExists(atPath: target.path) {
        // Somebody else was faster.
      }
      removeOtherBuilds(of: digest, but: target)
      return target
    } catch {
      throw TenfoldError.from(error, .loadFailed, "Core ML does not compile \(source.lastPathComponent)", framework: "core-ml")
    }
  }

  private var buildName: String {
    String(systemBuild.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" })
  }

  private func removeOtherBuilds(of digest: String, but kept: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(digest + "-") && name != kept.lastPathComponent {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }
}
