import MLXLMCommon
import Tokenizers

/// A tokenizer of swift-transformers as mlx-swift-lm takes one.
struct TokenizerBridge: MLXLMCommon.Tokenizer {
  private let tokenizer: any Tokenizers.Tokenizer

  init(_ tokenizer: any Tokenizers.Tokenizer) { self.tokenizer = tokenizer }

  var bosToken: String? { tokenizer.bosToken }
  var eosToken: String? { tokenizer.eosToken }
  var unknownToken: String? { tokenizer.unknownToken }

  func encode(text: String, addSpecialTokens: Bool) -> [Int] { tokenizer.encode(text: text, addSpecialTokens: addSpecialTokens) }
  func decode(tokenIds: [Int], skipSpecialTokens: Bool) -> String { tokenizer.decode(tokens: tokenIds, skipSpecialTokens: skipSpecialTokens) }
  func convertTokenToId(_ token: String) -> Int? { tokenizer.convertTokenToId(token) }
  func convertIdToToken(_ id: Int) -> String? { tokenizer.convertIdToToken(id) }

  func applyChatTemplate(
    messages: [[String: any Sendable]], tools: [[String: any Sendable]]?, additionalContext: [String: any Sendable]?
  ) throws -> [Int] {
    try tokenizer.applyChatTemplate(messages: messages, tools: tools, additionalContext: additionalContext)
  }
}
