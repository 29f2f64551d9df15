public protocol Tool: Sendable {
  associatedtype Arguments: ConvertibleFromGeneratedContent
  associatedtype Output: PromptRepresentable
  var name: String { get }
  var description: String { get }
  var parameters: GenerationSchema { get }
  func call(arguments: Arguments) async throws -> Output
}

public final class LanguageModelSession: @unchecked Sendable {
  public struct ToolCallError: Error {
    public let tool: any Tool
    public let underlyingError: any Error
    /// For tests.
    public init(tool: any Tool, underlyingError: any Error) {
      self.tool = tool
      self.underlyingError = underlyingError
    }
  }

  public enum GenerationError: Error {
    public struct Context: Sendable {
      /// For tests.
      public let debugDescription: String
      /// For tests.
      public init(debugDescription: String) { self.debugDescription = debugDescription }
    }

    public struct Refusal: Sendable {
      /// For tests.
      public init() {}
    }

    case exceededContextWindowSize(Context)
    case assetsUnavailable(Context)
    case guardrailViolation(Context)
    case unsupportedGuide(Context)
    case unsupportedLanguageOrLocale(Context)
    case decodingFailure(Context)
    case rateLimited(Context)
    case concurrentRequests(Context)
    case refusal(Refusal, Context)
  }

  public struct ResponseStream<Content: Sendable>: AsyncSequence, Sendable {
    public struct Snapshot: Sendable {
      public let content: Content
      public let rawContent: GeneratedContent
    }

    /// For tests.
    public typealias Element = Snapshot
    let snapshots: AsyncThrowingStream<Snapshot, any Error>
    /// For tests.
    public func makeAsyncIterator() -> AsyncThrowingStream<Snapshot, any Error>.Iterator { snapshots.makeAsyncIterator() }
  }

  private let tools: [any Tool]
  private let transcript: Transcript

  public init(model: SystemLanguageModel = .default, tools: [any Tool] = [], transcript: Transcript) {
    self.tools = tools
    self.transcript = transcript
    StubbedLanguageModel.note(.init(transcript: transcript, toolNames: tools.map(\.name)))
  }

  public func streamResponse(to prompt: String, options: GenerationOptions = GenerationOptions()) -> ResponseStream<String> {
    stream(prompt, options, nil) { $0 }
  }

  public func streamResponse(
    to prompt: String, schema: GenerationSchema, includeSchemaInPrompt: Bool = true, options: GenerationOptions = GenerationOptions()
  ) -> ResponseStream<GeneratedContent> {
    stream(prompt, options, schema) { try GeneratedContent(json: $0) }
  }

  private func stream<Content: Sendable>(
    _ prompt: String, _ options: GenerationOptions, _ schema: GenerationSchema?, _ content: @escaping @Sendable (String) throws -> Content
  ) -> ResponseStream<Content> {
    let script = StubbedLanguageModel.current.answer
    let tools = tools
    let request = StubbedLanguageModel.Request(prompt: prompt, options: options, schema: schema?.words)
    return ResponseStream(
      snapshots: AsyncThrowingStream { continuation in
        let task = Task {
          do {
            try await script(request, tools) { text in
              try Task.checkCancellation()
              let raw = (try? GeneratedContent(json: text)) ?? StubbedLanguageModel.emptyContent
              continuation.yield(.init(content: try content(text), rawContent: raw))
            }
            continuation.finish()
          } catch {
            continuation.finish(throwing: error)
          }
        }
        continuation.onTermination = { _ in task.cancel() }
      })
  }
}
