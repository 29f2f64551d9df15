import Foundation

/// What is used of the package mlx-swift-lm, so that all but a few lines is tested where it cannot be compiled.
public protocol MLXLibrary: Sendable {
  /// The most bytes that the GPU may use, and that may be kept for later.
  func setLimits(memoryBytes: Int?, cacheBytes: Int) async
  /// Loads a folder of safetensors with its config and tokenizer.
  func load(folder: URL, progress: @escaping @Sendable (Double) -> Void) async throws -> any MLXModel
}

/// A model of the library.
public protocol MLXModel: Sendable {
  /// Bytes that are in use, and that are kept for later.
  func memory() async -> (activeBytes: Int, cacheBytes: Int)
  /// Tokens of raw text: nothing is added.
  func encode(_ text: String) async -> [Int]
  /// The text of tokens.
  func decode(_ tokens: [Int]) async -> String
  /// The prompt that the model's template makes of a conversation.
  func applyTemplate(to messages: [Message], tools: [GenerateRequest.Tool]) async throws -> [Int]
  /// An answer. Whoever stops reading stops the computation, within a token.
  func generate(_ prompt: [Int], settings: MLXSettings) async throws -> AsyncThrowingStream<MLXEvent, any Error>
  /// Gives back what is kept for later.
  func clearCache() async
}

/// How the library generates.
public struct MLXSettings: Sendable, Equatable {
  /// Of the answer.
  public var maxTokens: Int
  /// 0 takes the likeliest token each time.
  public var temperature: Double
  /// As in the contract.
  public var topP: Double
  /// The same seed gives the same answer.
  public var seed: Int?
  /// Prompt tokens computed at once.
  public var prefillStep: Int
}

/// What an answer consists of.
public enum MLXEvent: Sendable, Equatable {
  /// New words.
  case chunk(String)
  /// A tool that the model asks for.
  case toolCall(name: String, arguments: Value)
  /// The end of it.
  case info(promptTokens: Int, generatedTokens: Int, reachedLimit: Bool)
}
