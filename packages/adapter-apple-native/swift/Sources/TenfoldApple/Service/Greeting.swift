/// What a model says of itself when it is loaded.
public struct Greeting: Sendable, Equatable {
  /// In which role it serves.
  public enum Role: Sendable, Equatable {
    /// A whole model. `vocabularySize` is nil where the framework hides its tokenizer.
    case model(ModelCapabilities, vocabularySize: Int?, trims: Bool)
    /// What computes logits. `sequences` is how many there are at once.
    case logits(vocabularySize: Int, sequences: Int, forks: Bool)
  }

  /// In which role it serves.
  public let role: Role
  /// Tokens that prompt and answer may take together.
  public let contextSize: Int

  /// A greeting of a role.
  public init(role: Role, contextSize: Int) {
    self.role = role
    self.contextSize = contextSize
  }

  func value(memory: MemoryUse) -> Value {
    var members: [String: Value] = [
      "type": "hello", "protocolVersion": .integer(protocolVersion), "contextSize": .integer(contextSize), "memory": memory.value,
    ]
    switch role {
    case .model(let capabilities, let vocabularySize, let trims):
      members["role"] = "model"
      members["capabilities"] = capabilities.value
      members["embeds"] = .bool(capabilities.embeddings)
      members["trims"] = .bool(trims)
      if let vocabularySize { members["vocabularySize"] = .integer(vocabularySize) }
    case .logits(let vocabularySize, let sequences, let forks):
      members["role"] = "logits"
      members["vocabularySize"] = .integer(vocabularySize)
      members["sequences"] = .integer(sequences)
      members["forks"] = .bool(forks)
      // Logits come from the last position alone, whatever went with it.
      members["keepsLastLogits"] = true
    }
    return .object(members)
  }
}
