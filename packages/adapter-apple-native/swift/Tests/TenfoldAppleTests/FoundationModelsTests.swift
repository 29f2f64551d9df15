import FoundationModels
import Testing

@testable import TenfoldApple

private let reasons: [(reason: SystemLanguageModel.Availability.UnavailableReason, words: String)] = [
  (SystemLanguageModel.Availability.UnavailableReason.deviceNotEligible, "cannot run"), (.appleIntelligenceNotEnabled, "switched off"),
  (.modelNotReady, "not fetched"),
]

private let systemErrors: [(error: LanguageModelSession.GenerationError, expected: ErrorCode)] = [
  (LanguageModelSession.GenerationError.exceededContextWindowSize(.init(debugDescription: "")), ErrorCode.contextOverflow),
  (.assetsUnavailable(.init(debugDescription: "")), .frameworkUnavailable), (.guardrailViolation(.init(debugDescription: "")), .generationFailed),
  (.refusal(.init(), .init(debugDescription: "")), .generationFailed), (.unsupportedGuide(.init(debugDescription: "")), .unsupportedRequest),
  (.unsupportedLanguageOrLocale(.init(debugDescription: "")), .unsupportedRequest), (.decodingFailure(.init(debugDescription: "")), .generationFailed),
  (.rateLimited(.init(debugDescription: "")), .generationFailed), (.concurrentRequests(.init(debugDescription: "")), .generationFailed),
]

private let unkeptSchemas: [(schema: Value, words: String)] = [
  (["type": "string", "pattern": "a+"] as Value, "pattern"), (["type": "array"], "list of anything"),
  (["type": "object", "additionalProperties": ["type": "string"]], "any name"),
  (["type": "null"], "no type"), (["enum": [1]], "not all text"), (["$ref": "other.json"], "leads out"),
  (["type": "object", "properties": ["a": ["type": "string", "minLength": 1]]], "R.a has \"minLength\""),
]

/// The events of one answer of the stubbed system model.
private func answer(_ request: GenerateRequest, of model: FoundationModel) async throws -> [GenerateEvent] {
  let events = Events()
  try await model.generate(request) { await events.append($0) }
  return await events.all
}

private actor Events {
  private(set) var all: [GenerateEvent] = []
  func append(_ event: GenerateEvent) { all.append(event) }
}

private func text(_ events: [GenerateEvent]) -> String {
  events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
}

private func user(_ text: String) -> Message { Message(role: .user, parts: [.text(text)]) }
private func chat(_ messages: Message...) -> GenerateRequest { GenerateRequest(input: .messages(messages)) }

private func withModel<Result>(
  _ answer: @escaping StubbedLanguageModel.Answer, _ body: (FoundationModel, StubbedLanguageModel) async throws -> Result
) async throws -> Result {
  var stub = StubbedLanguageModel()
  stub.answer = answer
  return try await StubbedLanguageModel.$current.withValue(stub) { try await body(FoundationModel(.default), stub) }
}

struct FoundationModelsTests {
  @Test(arguments: reasons)
  func eachReasonIsSaidInWords(reason: SystemLanguageModel.Availability.UnavailableReason, words: String) async throws {
    var stub = StubbedLanguageModel()
    stub.availability = .unavailable(reason)
    let request = try LoadRequest(loadMessage(framework: "apple-foundation-models", role: "model", format: "system"))
    await StubbedLanguageModel.$current.withValue(stub) {
      let load = { try await FoundationModelsLoader().load(request) { _ in } }
      #expect(await code(load) == .frameworkUnavailable)
      #expect(await message(load).contains(words))
    }
  }

  @Test func itsOptionsAreChecked() async throws {
    let load = { (role: String, options: Value) in
      try await FoundationModelsLoader().load(
        LoadRequest(loadMessage(framework: "apple-foundation-models", role: role, format: "system", options: ["frameworkOptions": options]))
      ) { _ in }
    }
    #expect(try await load("model", ["useCase": "content-tagging", "guardrails": "permissive-content-transformations"]).greeting.contextSize == 4096)
    #expect(await code { try await load("model", ["useCase": "odd"]) } == .invalidInput)
    #expect(await code { try await load("model", ["guardrails": "odd"]) } == .invalidInput)
    #expect(await code { try await load("logits", [:]) } == .unsupportedRequest)
  }

  @Test func snapshotsBecomeDeltas() async throws {
    try await withModel({ request, _, say in
      for snapshot in ["He", "Hell", "Hello", "Hello e", "Hello e\u{301}", "Hello e\u{301}"] { try say(snapshot) }
    }) { model, _ in
      let events = try await answer(chat(user("Hi")), of: model)
      #expect(text(events) == "Hello e\u{301}")
      #expect(events.first == .start(accelerator: "neural-engine", warnings: []))
      guard case .finish(.stop, let usage, _)? = events.last else { return #expect(Bool(false)) }
      #expect(usage.promptTokens > 0 && usage.completionTokens > 0)
    }
  }

  @Test func settingsAreTheSystemsOrWarnings() async throws {
    let seen = Seen()
    try await withModel({ request, _, say in
      await seen.append(request)
      try say("a")
      try say("ab")
    }) { model, _ in
      var request = chat(user("Hi"))
      request.sampling.temperature = 0
      request.maxTokens = 2
      let events = try await answer(request, of: model)
      guard case .finish(.length, _, _)? = events.last else { return #expect(Bool(false)) }
      request.sampling.temperature = 0.5
      request.sampling.topK = 4
      request.sampling.topP = 0.5
      request.sampling.others = ["minP"]
      request.seed = 7
      request.stop = ["."]
      request.toolChoice = .required
      request.wantsJSON = true
      guard case .start(_, let warnings)? = try await answer(request, of: model).first else { return #expect(Bool(false)) }
      #expect(warnings.map(\.setting) == ["minP", "stop", "topP", "toolChoice", "responseFormat"])
      request.sampling.topK = nil
      _ = try await answer(request, of: model)
      request.sampling.topP = nil
      _ = try await answer(request, of: model)
      let options = await seen.all.map(\.options)
      #expect(options.map { $0.sampling?.words } == ["greedy", "top 4 7", "threshold 0.5 7", "threshold 1.0 7"])
      #expect(options.map(\.temperature) == [nil, 0.5, 0.5, 0.5] && options[0].maximumResponseTokens == 2)
    }
  }

  @Test func aConversationThatGoesOnKeepsItsSession() async throws {
    try await withModel({ request, _, say in try say("to \(request.prompt)") }) { model, stub in
      let first = user("one")
      let said = Message(role: .assistant, parts: [.text(text(try await answer(chat(first), of: model)))])
      _ = try await answer(chat(first, said, user("two")), of: model)
      #expect(stub.sessions.all.count == 1)
      _ = try await answer(chat(user("else")), of: model)
      #expect(stub.sessions.all.count == 2)
      _ = try await model.call(.trim)
      await model.dispose()
      #expect(await model.memory() == MemoryUse())
      #expect(try await model.call(.countTokens(.text("12345"))) == ["tokens": 2, "exact": false])
      #expect(try await model.call(.countTokens(.messages([first]))) == ["tokens": 5, "exact": false])
      #expect(await code { try await model.call(.encode("x", parseSpecial: false)) } == .unsupportedRequest)
    }
  }

  @Test func aToolIsReportedAndComesBackInTheTranscript() async throws {
    let tool = GenerateRequest.Tool(name: "weather", description: "d", parameters: ["type": "object", "properties": ["city": ["type": "string"]]])
    try await withModel({ request, tools, say in
      guard let tool = tools.first as? ReportedTool else { return try say("none") }
      do {
        _ = try await tool.call(arguments: GeneratedContent(json: #"{"city":"Bern"}"#))
      } catch {
        throw LanguageModelSession.ToolCallError(tool: tool, underlyingError: error)
      }
    }) { model, stub in
      var request = chat(Message(role: .system, parts: [.text("Be brief.")]), user("Weather?"))
      request.tools = [tool]
      let events = try await answer(request, of: model)
      guard case .toolCall(let id, "weather", let arguments) = events[3], case .finish(.toolCalls, _, _)? = events.last else { return #expect(Bool(false)) }
      #expect(arguments == ["city": "Bern"])
      let called = Message(role: .assistant, parts: [.text("Let me look."), .toolCall(id: id, name: "weather", arguments: arguments)])
      let earlier = Message(role: .tool, parts: [.toolResult(id: id, name: "weather", result: ["sky": "blue"])])
      request.input = .messages([
        user("Weather?"), called, earlier, called, Message(role: .tool, parts: [.toolResult(id: id, name: "weather", result: "rain")]),
      ])
      request.toolChoice = .none
      let said = text(try await answer(request, of: model))
      #expect(said == "none")
      let entries = stub.sessions.all[1].transcript.entries
      #expect(entries.count == 6 && stub.sessions.all[0].toolNames == ["weather"])
      guard case .toolOutput(let output) = entries[3], case .instructions(let instructions) = stub.sessions.all[0].transcript.entries[0] else {
        return #expect(Bool(false))
      }
      #expect(output.segments == [.text(.init(content: #"{"sky":"blue"}"#))] && instructions.toolDefinitions.map(\.name) == ["weather"])
    }
  }

  @Test func anAnswerThatIsHeldToASchemaIsSaidWhenItIsWhole() async throws {
    let seen = Seen()
    try await withModel({ request, _, say in
      await seen.append(request)
      try say(#"{"a":0}"#)
      try say(#"{"a":1,"b":"x"}"#)
    }) { model, _ in
      var request = chat(user("Hi"))
      request.wantsJSON = true
      request.schema = ["type": "object", "properties": ["a": ["type": "integer", "minimum": 0, "maximum": 9], "b": ["type": "string"]], "required": ["a"]]
      let said = text(try await answer(request, of: model))
      #expect(said == #"{"a":1,"b":"x"}"#)
      #expect(await seen.all[0].schema == "Answer{a: Int≥0≤9, b?: String}")
    }
  }

  @Test(arguments: systemErrors)
  func theSystemsErrorsHaveCodes(error: LanguageModelSession.GenerationError, expected: ErrorCode) async throws {
    try await withModel({ _, _, _ in throw error }) { model, _ in
      #expect(await code { try await answer(chat(user("Hi")), of: model) } == expected)
    }
  }

  @Test func whatCannotBeAskedIsRefused() async throws {
    struct Odd: Error {}
    try await withModel({ _, tools, _ in throw LanguageModelSession.ToolCallError(tool: tools[0], underlyingError: Odd()) }) { model, _ in
      #expect(await code { try await answer(chat(Message(role: .user, parts: [.image([1], mediaType: "image/png")])), of: model) } == .unsupportedRequest)
      #expect(await code { try await answer(chat(Message(role: .assistant, parts: [.text("x")])), of: model) } == .invalidInput)
      var request = GenerateRequest(input: .prompt("x"))
      request.tools = [.init(name: "t", description: "", parameters: ["type": "object"])]
      #expect(await code { try await answer(request, of: model) } == .generationFailed)
    }
    try await withModel({ _, _, say in
      try say("ab")
      try say("b")
    }) { model, _ in
      #expect(await message { try await answer(chat(user("Hi")), of: model) }.contains("took back"))
    }
  }

  @Test func leavingAnAnswerEndsIt() async throws {
    try await withModel({ _, _, say in
      for length in 1... {
        try say(String(repeating: "a", count: length))
        await Task.yield()
      }
    }) { model, _ in
      struct Left: Error {}
      await #expect(throws: Left.self) {
        try await model.generate(chat(user("Hi"))) { event in if case .text = event { throw Left() } }
      }
    }
  }
}

private actor Seen {
  private(set) var all: [StubbedLanguageModel.Request] = []
  func append(_ request: StubbedLanguageModel.Request) { all.append(request) }
}

struct SchemaTests {
  private func words(_ schema: Value) throws -> String { try SchemaTranslator.translate(schema, name: "R").words }

  @Test func whatGuidesCanSayIsTranslated() throws {
    #expect(try words(["type": "boolean"]) == "Bool")
    #expect(try words(["enum": ["a", "b"]]) == "\"a|b\"")
    #expect(try words(["const": "a"]) == "\"a\"")
    #expect(try words(["type": "array", "items": ["type": "number", "minimum": 0.5, "maximum": 2], "minItems": 1, "maxItems": 3]) == "[Double≥0.5≤2.0]1..3")
    #expect(try words(["anyOf": [["type": "string"], ["type": "integer"]]]) == "(String | Int)")
    let schema: Value = ["$defs": ["node": ["type": "object", "properties": ["next": ["$ref": "#/$defs/node"]]]], "$ref": "#/$defs/node"]
    #expect(try words(schema) == "→node; node{next?: →node}")
  }

  @Test(arguments: unkeptSchemas)
  func whatTheyCannotSayIsRefused(schema: Value, words expected: String) async {
    #expect(await code { try words(schema) } == .unsupportedRequest)
    #expect(await message { try words(schema) }.contains(expected))
  }
}

struct DeltaTests {
  @Test func halfACharacterWaitsForItsOtherHalf() throws {
    var tracker = DeltaTracker()
    #expect(try tracker.delta(of: "a\u{FFFD}") == "a")
    #expect(try tracker.delta(of: "a\u{FFFD}\u{FFFD}") == "")
    #expect(try tracker.delta(of: "a😀") == "😀")
    #expect(try tracker.delta(of: "a😀\u{FFFD}") == "")
    #expect(try tracker.rest(of: "a😀\u{FFFD}") == "\u{FFFD}")
    #expect(throws: TenfoldError.self) { try tracker.delta(of: "b") }
    #expect(throws: TenfoldError.self) { try tracker.delta(of: "b😀\u{FFFD}!") }
  }
}
