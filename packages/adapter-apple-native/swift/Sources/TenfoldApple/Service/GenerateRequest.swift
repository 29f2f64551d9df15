/// What an answer is asked for. Stateless: a conversation comes whole each time.
public struct GenerateRequest: Sendable, Equatable {
  /// What the answer is an answer to.
  public enum Input: Sendable, Equatable {
    /// A conversation, from which the framework makes a prompt.
    case messages([Message])
    /// Raw text.
    case prompt(String)
  }

  /// A function that the model may ask for.
  public struct Tool: Sendable, Equatable {
    /// What it is called.
    public let name: String
    /// What it does, for the model.
    public let description: String
    /// JSON Schema of its arguments.
    public let parameters: Value
  }

  /// Whether tools may be asked for.
  public enum ToolChoice: Sendable, Equatable {
    /// As the model likes.
    case auto
    /// Not at all.
    case none
    /// One has to be.
    case required
    /// This one has to be.
    case tool(String)
  }

  /// What the answer is an answer to.
  public var input: Input
  /// Functions that the model may ask for.
  public var tools: [Tool] = []
  /// Whether it may, or has to.
  public var toolChoice: ToolChoice = .auto
  /// True when the answer has to be JSON.
  public var wantsJSON = false
  /// JSON Schema that the answer has to keep.
  public var schema: Value?
  /// Strings that end the answer.
  public var stop: [String] = []
  /// Most tokens of the answer.
  public var maxTokens: Int?
  /// The same seed gives the same answer.
  public var seed: Int?
  /// Each as it is in the contract; nil takes the model's own.
  public var sampling = Sampling()

  /// A request with nothing but its input.
  public init(input: Input) { self.input = input }
}

/// How the next token is chosen.
public struct Sampling: Sendable, Equatable {
  /// 0 always takes the likeliest.
  public var temperature: Double?
  /// Only the so many likeliest.
  public var topK: Int?
  /// Only the likeliest that make up this much.
  public var topP: Double?
  /// Settings of these names came that no framework of Apple's has.
  public var others: [String] = []

  /// Everything as the model has it.
  public init() {}
}

extension GenerateRequest {
  /// - Throws: ``TenfoldError`` `invalid-input` naming what is wrong.
  init(_ value: Value) throws {
    let members = Members(value, of: "request")
    if let prompt = value["prompt"]?.text {
      self.init(input: .prompt(prompt))
    } else {
      self.init(input: .messages(try members.list("messages").map(Message.init)))
    }
    if value["tools"] != nil { tools = try members.list("tools").map(Tool.init) }
    toolChoice = try Self.toolChoice(value["toolChoice"], members)
    if let format = value["responseFormat"], format["type"]?.text == "json" {
      wantsJSON = true
      schema = format["schema"]
    }
    if value["stop"] != nil { stop = try members.texts("stop") }
    maxTokens = try members.integer("maxTokens")
    seed = try members.integer("seed")
    if let settings = value["sampling"] { sampling = try Sampling(settings) }
    if value["logProbabilities"]?.integer ?? 0 > 0 { sampling.others.append("logProbabilities") }
  }

  private static func toolChoice(_ value: Value?, _ members: Members) throws -> ToolChoice {
    switch value {
    case nil, "auto": return .auto
    case "none": return .none
    case "required": return .required
    default:
      guard let name = value?["tool"]?.text else { throw members.wrong("toolChoice", "auto, none, required or a tool") }
      return .tool(name)
    }
  }
}

extension GenerateRequest.Tool {
  init(_ value: Value) throws {
    let members = Members(value, of: "tool")
    self.init(
      name: try members.text("name"), description: try members.optionalText("description") ?? "", parameters: value["parameters"] ?? ["type": "object"])
  }
}

extension Sampling {
  init(_ value: Value) throws {
    let members = Members(value, of: "sampling")
    temperature = try members.number("temperature")
    topK = try members.integer("topK")
    topP = try members.number("topP")
    others = (value.object ?? [:]).keys.filter { !["temperature", "topK", "topP"].contains($0) }.sorted()
  }
}
