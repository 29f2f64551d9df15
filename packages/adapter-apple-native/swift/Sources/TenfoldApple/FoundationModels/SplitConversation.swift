#if canImport(FoundationModels)
  import Foundation
  import FoundationModels

  /// A conversation as Apple's model takes it: what was said before, and the prompt that it is to answer.
  @available(iOS 26.0, macOS 26.0, *)
  struct SplitConversation {
    let transcript: Transcript
    let prompt: String

    /// - Throws: ``TenfoldError`` `unsupported-request` for images, `invalid-input` for a conversation without anything to answer.
    init(_ messages: [Message], tools: [ReportedTool]) throws {
      let instructions = messages.filter { $0.role == .system }
      let rest = messages.filter { $0.role != .system }
      guard let last = rest.last, last.role != .assistant else {
        throw TenfoldError(
          .invalidInput, "A conversation for Apple's model ends with a question or with what a tool gave.", framework: FoundationModelsLoader.framework)
      }
      // What tools gave comes last as the prompt: a session answers nothing but prompts.
      prompt = try last.parts.map(Self.words).joined(separator: "\n")
      var entries: [Transcript.Entry] = []
      if !instructions.isEmpty || !tools.isEmpty {
        let definitions = tools.map { Transcript.ToolDefinition(name: $0.name, description: $0.description, parameters: $0.parameters) }
        entries.append(.instructions(.init(segments: Self.segments(try instructions.flatMap(\.parts).map(Self.words)), toolDefinitions: definitions)))
      }
      for message in rest.dropLast() { entries += try Self.entries(of: message) }
      transcript = Transcript(entries: entries)
    }

    private static func entries(of message: Message) throws -> [Transcript.Entry] {
      switch message.role {
      case .system: return []
      case .user: return [.prompt(.init(segments: segments(try message.parts.map(words))))]
      case .tool:
        return message.parts.compactMap { part in
          guard case .toolResult(let id, let name, let result) = part else { return nil }
          return .toolOutput(.init(id: id, toolName: name, segments: segments([text(of: result)])))
        }
      case .assistant:
        var entries: [Transcript.Entry] = []
        if !message.text.isEmpty { entries.append(.response(.init(assetIDs: [], segments: segments([message.text])))) }
        let calls = try message.parts.compactMap { part -> Transcript.ToolCall? in
          guard case .toolCall(let id, let name, let arguments) = part else { return nil }
          return Transcript.ToolCall(id: id, toolName: name, arguments: try GeneratedContent(json: text(of: arguments)))
        }
        if !calls.isEmpty { entries.append(.toolCalls(.init(calls))) }
        return entries
      }
    }

    private static func words(_ part: Message.Part) throws -> String {
      switch part {
      case .text(let text): return text
      case .toolResult(_, let name, let result): return "\(name) gave: \(text(of: result))"
      case .reasoning, .toolCall: return ""
      case .image: throw TenfoldError(.unsupportedRequest, "Apple's model sees no images.", framework: FoundationModelsLoader.framework)
      }
    }

    private static func text(of value: Value) -> String {
      if let text = value.text { return text }
      return (try? value.json()).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    private static func segments(_ texts: [String]) -> [Transcript.Segment] { texts.map { .text(.init(content: $0)) } }
  }
#endif
