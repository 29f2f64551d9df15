import Foundation

/// What the other side asks to be loaded.
public struct LoadRequest: Sendable, Equatable {
  /// A verified file of the model.
  public struct File: Sendable, Equatable {
    /// Relative to the model, forward slashes.
    public let path: String
    /// Its size.
    public let sizeBytes: Int
    /// Absent for a file that was never hashed.
    public let sha256: String?
    /// Where it lies.
    public let location: URL?
  }

  /// Tokens for prompt and answer together, and what else there is to choose.
  public struct Options: Sendable, Equatable {
    /// Absent: what the model was made for, at most 4,096.
    public var contextSize: Int?
    /// `cpu`, `gpu`, `neural-engine`, `metal` or `auto`.
    public var accelerator = "auto"
    /// Sequences, or answers, at once.
    public var parallel = 1
    /// Prompt tokens computed at once.
    public var batchSize: Int?
    /// The most that the model may take, in bytes.
    public var memoryLimitBytes: Int?
    /// Settings that only this framework has.
    public var frameworkOptions: Value = [:]

    /// Everything as it usually is.
    public init() {}
  }

  /// Which framework is to load it: `core-ml`, `mlx`, `swift-transformers`, `apple-foundation-models`.
  public let framework: String
  /// True for logits, false for a whole model.
  public let wantsLogits: Bool
  /// The model's id.
  public let modelId: String
  /// `mlpackage`, `mlmodelc`, `safetensors`, …
  public let format: String
  /// Its files. A model of the system has none.
  public let files: [File]
  /// A folder that shows them under their own names.
  public let directory: URL?
  /// How it is to be loaded.
  public let options: Options
}

extension LoadRequest {
  /// Reads a `load` message.
  /// - Throws: ``TenfoldError`` `invalid-input` naming what is wrong.
  public init(_ message: Value) throws {
    guard message["type"]?.text == "load" else { throw TenfoldError(.invalidInput, "A host is asked to load before anything else.") }
    let members = Members(message, of: "load")
    let described = message["model"] ?? nil
    let model = Members(described, of: "model")
    let variant = Members(described["variant"] ?? nil, of: "variant")
    // `framework` says it; the name of an adapter of TypeScript is as good.
    framework = try members.optionalText("framework") ?? message["adapter"]?["name"]?.text ?? ""
    wantsLogits = try members.text("role") == "logits"
    modelId = try model.text("id")
    format = try variant.text("format")
    files = try model.list("files").map(File.init)
    directory = try model.optionalText("directory").map { URL(fileURLWithPath: $0, isDirectory: true) }
    options = try Options(message["options"] ?? [:])
  }
}

extension LoadRequest.File {
  init(_ value: Value) throws {
    let members = Members(value, of: "file")
    path = try members.text("path")
    sizeBytes = try members.count("sizeBytes")
    sha256 = try members.optionalText("sha256")
    location = try members.optionalText("location").map { URL(fileURLWithPath: $0) }
  }
}

extension LoadRequest.Options {
  init(_ value: Value) throws {
    let members = Members(value, of: "options")
    contextSize = try Self.positive("contextSize", members)
    accelerator = try members.optionalText("accelerator") ?? "auto"
    parallel = try Self.positive("parallel", members) ?? 1
    batchSize = try Self.positive("batchSize", members)
    memoryLimitBytes = try Self.positive("memoryLimitBytes", members)
    frameworkOptions = value["frameworkOptions"] ?? [:]
  }

  private static func positive(_ name: String, _ members: Members) throws -> Int? {
    guard let number = try members.integer(name) else { return nil }
    guard number > 0 else { throw members.wrong(name, "a whole number above 0") }
    return number
  }
}
