import Foundation

/// What is used of the package swift-transformers, so that all but a few lines is tested where it cannot be compiled.
public protocol TransformersLibrary: Sendable {
  /// The tokenizer of a folder with tokenizer.json and tokenizer_config.json.
  func loadTokenizer(from folder: URL) async throws -> any TransformersTokenizer
  /// `LanguageModel.loadCompiled`. It traps on models that ``TransformersCheck`` refuses.
  func loadModel(compiled: URL, accelerator: String, tokenizer: any TransformersTokenizer) async throws -> any TransformersModel
}

/// A tokenizer of the library.
public protocol TransformersTokenizer: Sendable {
  /// Tokens of raw text: nothing is added.
  func encode(_ text: String) -> [Int]
  /// The text of tokens, special ones left out.
  func decode(_ tokens: [Int]) -> String
  /// The token that ends an answer.
  var endToken: Int? { get }
}

/// A language model of the library.
public protocol TransformersModel: Sendable {
  /// Forgets what was computed. The library does not do it by itself.
  func resetState() async
  /// Generates, and tells all tokens so far, the prompt's among them, each time there is one more. Cannot be stopped.
  func generate(_ prompt: [Int], settings: TransformersSettings, onTokens: @escaping @Sendable ([Int]) -> Void) async throws -> [Int]
}

/// How the library generates.
public struct TransformersSettings: Sendable, Equatable {
  /// Of prompt and answer together. The library's own default is 20.
  public var maxLength: Int
  /// Of the answer.
  public var maxNewTokens: Int
  /// False takes the likeliest token each time.
  public var samples: Bool
  /// As in the contract.
  public var temperature: Double
  /// As in the contract.
  public var topK: Int
  /// As in the contract.
  public var topP: Double
  /// The token that ends an answer.
  public var endToken: Int?
}
