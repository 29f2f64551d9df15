import CoreML
import Foundation
import Generation
import Models
import TenfoldApple
import Tokenizers

/// swift-transformers behind the package's own interface. Compiled on Apple's systems only: nothing is decided here.
@available(iOS 18.0, macOS 15.0, *)
struct SwiftTransformersLibrary: TransformersLibrary {
  func loadTokenizer(from folder: URL) async throws -> any TransformersTokenizer {
    LibraryTokenizer(tokenizer: try await AutoTokenizer.from(modelFolder: folder))
  }

  func loadModel(compiled: URL, accelerator: String, tokenizer: any TransformersTokenizer) async throws -> any TransformersModel {
    let units: [String: MLComputeUnits] = ["cpu": .cpuOnly, "metal": .cpuAndGPU, "neural-engine": .cpuAndNeuralEngine]
    return try LibraryModel(compiled: compiled, units: units[accelerator] ?? .all, tokenizer: (tokenizer as? LibraryTokenizer)?.tokenizer)
  }
}

private struct LibraryTokenizer: TransformersTokenizer {
  let tokenizer: any Tokenizer

  func encode(_ text: String) -> [Int] { tokenizer.encode(text: text, addSpecialTokens: false) }
  func decode(_ tokens: [Int]) -> String { tokenizer.decode(tokens: tokens, skipSpecialTokens: true) }
  var endToken: Int? { tokenizer.eosTokenId }
}

@available(iOS 18.0, macOS 15.0, *)
private actor LibraryModel: TransformersModel {
  private let model: LanguageModel

  init(compiled: URL, units: MLComputeUnits, tokenizer: (any Tokenizer)?) throws {
    model = try LanguageModel.loadCompiled(url: compiled, computeUnits: units, tokenizer: tokenizer)
  }

  func resetState() async { await model.resetState() }

  func generate(_ prompt: [Int], settings: TransformersSettings, onTokens: @escaping @Sendable ([Int]) -> Void) async throws -> [Int] {
    var config = GenerationConfig(
      maxLength: settings.maxLength, maxNewTokens: settings.maxNewTokens, doSample: settings.samples, temperature: Float(settings.temperature),
      topK: settings.topK, topP: Float(settings.topP))
    config.eosTokenId = settings.endToken
    return await model.generate(config: config, tokens: prompt) { onTokens($0) }
  }
}
