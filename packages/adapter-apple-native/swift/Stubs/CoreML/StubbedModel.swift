import Foundation

/// For tests alone, and nothing of Apple's: what a "model" on Linux says of itself and computes. Found by the name of its file.
public struct StubbedModel: Sendable {
  public typealias Compute = @Sendable (any MLFeatureProvider, MLState?) throws -> any MLFeatureProvider

  public let description: @Sendable () -> MLModelDescription
  public let compute: Compute
  public let opened: @Sendable (MLComputeUnits) -> Void

  public init(
    description: @escaping @Sendable () -> MLModelDescription, opened: @escaping @Sendable (MLComputeUnits) -> Void = { _ in },
    compute: @escaping Compute = { _, _ in throw CocoaError(.featureUnsupported) }
  ) {
    self.description = description
    self.opened = opened
    self.compute = compute
  }

  private static let lock = NSLock()
  nonisolated(unsafe) private static var models: [String: StubbedModel] = [:]
  nonisolated(unsafe) private static var compilations: [String: Int] = [:]

  /// A model whose source is `name.mlpackage`.
  public static func register(_ name: String, _ model: StubbedModel) { lock.withLock { models[name] = model } }

  /// How often a source of this name was compiled.
  public static func timesCompiled(_ name: String) -> Int { lock.withLock { compilations[name] ?? 0 } }

  static func compile(_ source: URL) throws -> URL {
    let name = source.deletingPathExtension().lastPathComponent
    lock.withLock { compilations[name, default: 0] += 1 }
    guard FileManager.default.fileExists(atPath: source.path) else { throw CocoaError(.fileReadNoSuchFile) }
    let target = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).mlmodelc", isDirectory: true)
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    try Data(name.utf8).write(to: target.appendingPathComponent("name"))
    return target
  }

  static func found(at url: URL) throws -> StubbedModel {
    let name = String(decoding: try Data(contentsOf: url.appendingPathComponent("name")), as: UTF8.self)
    guard let model = lock.withLock({ models[name] }) else { throw CocoaError(.fileReadCorruptFile) }
    return model
  }
}
