/// What a whole model can do.
public struct ModelCapabilities: Sendable, Equatable {
  /// Takes messages.
  public var chat = true
  /// Calls tools.
  public var tools = false
  /// Keeps a JSON Schema.
  public var jsonSchema = false
  /// Thinks before it answers, and says what.
  public var reasoning = false
  /// Makes vectors of texts.
  public var embeddings = false
  /// Sees images.
  public var vision = false
  /// Reports log-probabilities.
  public var logProbabilities = false
  /// Answers at once.
  public var parallel = 1
  /// True where the framework makes the prompt of the messages, false where Tenfold does.
  public var ownTemplate = true

  /// Chat, and nothing else.
  public init() {}

  var value: Value {
    [
      "chat": .bool(chat), "tools": .bool(tools), "jsonSchema": .bool(jsonSchema), "reasoning": .bool(reasoning), "embeddings": .bool(embeddings),
      "vision": .bool(vision), "logProbabilities": .bool(logProbabilities), "parallel": .integer(parallel),
      "template": ownTemplate ? "framework" : "tenfold",
    ]
  }
}
