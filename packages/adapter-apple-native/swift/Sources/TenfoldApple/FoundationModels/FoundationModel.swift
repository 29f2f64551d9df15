#if canImport(FoundationModels)
  import Foundation
  import FoundationModels

  /// Apple's system model. Answers one at a time; a conversation that goes on goes on in its session, whose cache the system keeps.
  @available(iOS 26.0, macOS 26.0, *)
  actor FoundationModel: ServedModel {
    /// A session, and what has to have been said for it to be the right one.
    private struct Kept {
      let session: LanguageModelSession
      let messages: [Message]
      let tools: [GenerateRequest.Tool]
    }

    private static let contextSize = 4096
    nonisolated let greeting: Greeting
    private let model: SystemLanguageModel
    private var kept: Kept?

    init(_ model: SystemLanguageModel) throws {
      if let refusal = refusal(of: model.availability) { throw refusal }
      self.model = model
      var capabilities = ModelCapabilities()
      capabilities.tools = true
      capabilities.jsonSchema = true
      greeting = Greeting(role: .model(capabilities, vocabularySize: nil, trims: true), contextSize: Self.contextSize)
    }

    /// The system's memory is not the application's.
    func memory() -> MemoryUse { MemoryUse() }

    func call(_ call: Call) async throws -> Value {
      switch call {
      case .countTokens(.text(let text)): return ["tokens": .integer(TokenEstimate.tokens(in: text)), "exact": false]
      case .countTokens(.messages(let messages)): return ["tokens": .integer(TokenEstimate.tokens(in: messages)), "exact": false]
      case .trim:
        kept = nil
        return .null
      default: throw TenfoldError(.unsupportedRequest, "Apple's model does not offer that.", framework: FoundationModelsLoader.framework)
      }
    }

    func dispose() { kept = nil }

    func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
      let messages = conversation(of: request)
      let asked = request.toolChoice == .none ? [] : request.tools
      let tools = try asked.map(ReportedTool.init)
      let split = try SplitConversation(messages, tools: tools)
      let reused = kept.flatMap { continues($0, messages, asked) ? $0.session : nil }
      // Whatever happens to the session from here on, it is not what was kept.
      kept = nil
      let session = reused ?? LanguageModelSession(model: model, tools: tools, transcript: split.transcript)
      try await emit(.start(accelerator: "neural-engine", warnings: warnings(of: request)))

      var turn = Turn(request)
      do {
        if let schema = request.schema {
          let guide = try SchemaTranslator.translate(schema, name: "Answer")
          for try await snapshot in session.streamResponse(to: split.prompt, schema: guide, options: turn.options) {
            turn.json = snapshot.rawContent.jsonString
          }
          // Half of an object is no beginning of the whole: it is said when it is complete.
          try await say(turn.take(delta: turn.json), emit)
        } else {
          for try await snapshot in session.streamResponse(to: split.prompt, options: turn.options) {
            try await say(turn.take(snapshot: snapshot.content), emit)
          }
          try await say(turn.takeRest(), emit)
        }
      } catch let error as LanguageModelSession.ToolCallError {
        guard let asked = error.underlyingError as? ReportedTool.Asked else { throw tenfoldError(ofSession: error.underlyingError) }
        return try await report(asked, of: error.tool.name, turn, messages, emit)
      } catch let error as LanguageModelSession.GenerationError {
        throw tenfoldError(ofSession: error)
      }
      try Task.checkCancellation()
      kept = Kept(session: session, messages: messages + [Message(role: .assistant, parts: [.text(turn.said)])], tools: asked)
      try await emit(turn.finish(messages, turn.reachedLimit ? .length : .stop))
    }

    private func say(_ text: String, _ emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
      if !text.isEmpty { try await emit(.text(text)) }
    }

    private func report(
      _ asked: ReportedTool.Asked, of name: String, _ turn: Turn, _ messages: [Message], _ emit: @Sendable (GenerateEvent) async throws -> Void
    ) async throws {
      let id = "call-\(UUID().uuidString.lowercased())"
      let text = asked.arguments.jsonString
      let arguments = try Value(json: Data(text.utf8))
      try await emit(.toolCallStart(id: id, name: name))
      try await emit(.toolCallDelta(id: id, argumentsText: text))
      try await emit(.toolCall(id: id, name: name, arguments: arguments))
      try await emit(turn.finish(messages, .toolCalls))
    }

    private func conversation(of request: GenerateRequest) -> [Message] {
      switch request.input {
      case .messages(let messages): messages
      case .prompt(let text): [Message(role: .user, parts: [.text(text)])]
      }
    }

    /// The conversation is that of the kept session, with one more question.
    private func continues(_ kept: Kept, _ messages: [Message], _ tools: [GenerateRequest.Tool]) -> Bool {
      messages.last?.role == .user && kept.tools == tools && Array(messages.dropLast()) == kept.messages
    }

    private func warnings(of request: GenerateRequest) -> [GenerateEvent.Warning] {
      var names = request.sampling.others + (request.stop.isEmpty ? [] : ["stop"])
      if request.sampling.topK != nil, request.sampling.topP != nil { names.append("topP") }
      if request.toolChoice != .auto, request.toolChoice != .none { names.append("toolChoice") }
      if request.wantsJSON, request.schema == nil { names.append("responseFormat") }
      return names.map { .init(setting: $0, message: "Apple's model has no such setting.") }
    }
  }
#endif
