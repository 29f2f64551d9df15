/// One message of a conversation.
public struct Message: Sendable, Equatable {
  /// Who said it.
  public enum Role: String, Sendable { case system, user, assistant, tool }

  /// What a message consists of.
  public enum Part: Sendable, Equatable {
    /// Words.
    case text(String)
    /// A picture.
    case image([UInt8], mediaType: String)
    /// What the model thought.
    case reasoning(String)
    /// A tool that the model asked for.
    case toolCall(id: String, name: String, arguments: Value)
    /// What a tool gave.
    case toolResult(id: String, name: String, result: Value)
  }

  /// Who said it.
  public let role: Role
  /// What was said.
  public let parts: [Part]

  /// A message of parts.
  public init(role: Role, parts: [Part]) {
    self.role = role
    self.parts = parts
  }

  /// All words of it.
  public var text: String {
    parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }
}

extension Message {
  init(_ value: Value) throws {
    let members = Members(value, of: "message")
    guard let role = Role(rawValue: try members.text("role")) else { throw members.wrong("role", "system, user, assistant or tool") }
    if let text = value["content"]?.text {
      self.init(role: role, parts: [.text(text)])
    } else {
      self.init(role: role, parts: try members.list("content").map(Part.init))
    }
  }
}

extension Message.Part {
  init(_ value: Value) throws {
    let members = Members(value, of: "message part")
    switch try members.text("type") {
    case "text": self = .text(try members.text("text"))
    case "reasoning": self = .reasoning(try members.text("text"))
    case "image":
      guard case .bytes(let bytes)? = value["bytes"] else { throw members.wrong("bytes", "bytes") }
      self = .image(bytes, mediaType: try members.text("mediaType"))
    case "tool-call": self = .toolCall(id: try members.text("id"), name: try members.text("name"), arguments: value["arguments"] ?? nil)
    case "tool-result": self = .toolResult(id: try members.text("id"), name: try members.text("name"), result: value["result"] ?? nil)
    default: throw members.wrong("type", "text, image, reasoning, tool-call or tool-result")
    }
  }
}
