import Foundation

/// A folder of safetensors, looked at before MLX sees it.
struct MLXFolder: Sendable, Equatable {
  let url: URL
  let contextSize: Int
  /// Bits of its quantized weights; nil for weights as they were trained.
  let bits: Int?

  /// - Throws: ``TenfoldError`` `invalid-format`, `unsupported-format` naming what is wrong.
  init(_ request: LoadRequest) throws {
    guard let directory = request.directory else { throw invalid("MLX opens folders, and the model has none.") }
    let paths = Set(request.files.map(\.path))
    guard paths.contains(where: { $0.hasSuffix(".safetensors") }) else { throw invalid("The folder has no .safetensors.") }
    for name in ["config.json", "tokenizer.json"] where !paths.contains(name) { throw invalid("The folder has no \(name).") }
    guard let data = try? Data(contentsOf: directory.appendingPathComponent("config.json")), let config = try? Value(json: data), config.object != nil
    else { throw invalid("config.json is no JSON object.") }
    guard config["model_type"]?.text != nil else { throw invalid("config.json names no model_type.") }
    if config["auto_map"] != nil || paths.contains(where: { $0.hasSuffix(".py") }) {
      throw TenfoldError(.unsupportedFormat, "The model brings a program of its own; nothing of a model's folder is run.", framework: MLXLoader.framework)
    }
    bits = try Self.bits(config["quantization"] ?? config["quantization_config"])
    url = directory
    let trained = config["max_position_embeddings"]?.integer ?? config["text_config"]?["max_position_embeddings"]?.integer
    contextSize = min(request.options.contextSize ?? 4096, trained.flatMap { $0 > 0 ? $0 : nil } ?? .max)
  }

  private static func bits(_ quantization: Value?) throws -> Int? {
    guard let quantization, quantization != .null else { return nil }
    guard let bits = quantization["bits"]?.integer else { throw invalid("config.json says that weights are quantized, and not to how many bits.") }
    guard [2, 3, 4, 5, 6, 8].contains(bits) else {
      throw TenfoldError(.unsupportedFormat, "MLX has no weights of \(bits) bits.", framework: MLXLoader.framework)
    }
    return bits
  }
}

private func invalid(_ message: String) -> TenfoldError { TenfoldError(.invalidFormat, message, framework: MLXLoader.framework) }
