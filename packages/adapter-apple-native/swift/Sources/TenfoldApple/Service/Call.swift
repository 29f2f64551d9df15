/// What is asked of a loaded model, but for answers.
public enum Call: Sendable, Equatable {
  /// For which tokens logits are wanted.
  public enum WantedLogits: String, Sendable { case last, all, none }

  /// How many tokens a text, or messages, take.
  case countTokens(TokenCountInput)
  /// A vector for each text.
  case embed([String], normalize: Bool)
  /// How well each document answers.
  case rerank(query: String, documents: [String])
  /// The tokens of a text.
  case encode(String, parseSpecial: Bool)
  /// The text of tokens.
  case decode([Int32], special: Bool)
  /// Drop what is kept only to be faster.
  case trim
  /// Add tokens to a sequence.
  case forward(sequence: Int, tokens: [Int32], wanted: WantedLogits)
  /// Drop all but the first tokens of a sequence.
  case truncate(sequence: Int, length: Int)
  /// Another sequence with the same cache.
  case fork(sequence: Int)
  /// A sequence is no longer needed.
  case release(sequence: Int)
  /// The model is no longer needed.
  case dispose

  /// What is to be counted.
  public enum TokenCountInput: Sendable, Equatable {
    /// A text.
    case text(String)
    /// A conversation.
    case messages([Message])
  }

  /// The sequence whose calls are done one after the other.
  var sequence: Int? {
    switch self {
    case .forward(let sequence, _, _), .truncate(let sequence, _), .fork(let sequence), .release(let sequence): sequence
    default: nil
    }
  }
}

extension Call {
  /// - Throws: ``TenfoldError`` `invalid-input` naming what is wrong, `unsupported-request` for a name that no version knows.
  init(name: String, arguments: Value) throws {
    let members = Members(arguments, of: name)
    switch name {
    case "countTokens":
      if let text = arguments["input"]?.text {
        self = .countTokens(.text(text))
      } else {
        self = .countTokens(.messages(try members.list("input").map(Message.init)))
      }
    case "embed": self = .embed(try members.texts("texts"), normalize: try members.bool("normalize") ?? true)
    case "rerank": self = .rerank(query: try members.text("query"), documents: try members.texts("documents"))
    case "encode": self = .encode(try members.text("text"), parseSpecial: try members.bool("parseSpecial") ?? false)
    case "decode": self = .decode(try members.integers("tokens"), special: try members.bool("special") ?? false)
    case "trim": self = .trim
    case "forward":
      guard let wanted = WantedLogits(rawValue: try members.text("logits")) else { throw members.wrong("logits", "last, all or none") }
      self = .forward(sequence: try members.count("sequence"), tokens: try members.integers("tokens"), wanted: wanted)
    case "truncate": self = .truncate(sequence: try members.count("sequence"), length: try members.count("length"))
    case "fork": self = .fork(sequence: try members.count("sequence"))
    case "release": self = .release(sequence: try members.count("sequence"))
    case "dispose": self = .dispose
    default: throw TenfoldError(.unsupportedRequest, "This host does not offer \(name).")
    }
  }
}
