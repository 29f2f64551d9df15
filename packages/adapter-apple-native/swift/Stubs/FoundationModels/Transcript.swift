public struct Transcript: Sendable {
  public struct TextSegment: Sendable, Equatable {
    /// For tests.
    public var content: String
    public init(content: String) { self.content = content }
  }

  public enum Segment: Sendable, Equatable { case text(TextSegment) }

  public struct ToolDefinition: Sendable {
    /// For tests.
    public let name: String
    public init(name: String, description: String, parameters: GenerationSchema) { self.name = name }
  }

  public struct Instructions: Sendable {
    /// For tests.
    public let segments: [Segment]
    /// For tests.
    public let toolDefinitions: [ToolDefinition]
    public init(segments: [Segment], toolDefinitions: [ToolDefinition]) {
      self.segments = segments
      self.toolDefinitions = toolDefinitions
    }
  }

  public struct Prompt: Sendable {
    /// For tests.
    public let segments: [Segment]
    public init(segments: [Segment]) { self.segments = segments }
  }

  public struct Response: Sendable {
    /// For tests.
    public let segments: [Segment]
    public init(assetIDs: [String], segments: [Segment]) { self.segments = segments }
  }

  public struct ToolCall: Sendable {
    /// For tests.
    public let id: String
    /// For tests.
    public let toolName: String
    /// For tests.
    public let arguments: GeneratedContent
    public init(id: String, toolName: String, arguments: GeneratedContent) {
      self.id = id
      self.toolName = toolName
      self.arguments = arguments
    }
  }

  public struct ToolCalls: Sendable {
    /// For tests.
    public let calls: [ToolCall]
    public init(_ calls: [ToolCall]) { self.calls = calls }
  }

  public struct ToolOutput: Sendable {
    /// For tests.
    public let id: String
    /// For tests.
    public let toolName: String
    /// For tests.
    public let segments: [Segment]
    public init(id: String, toolName: String, segments: [Segment]) {
      self.id = id
      self.toolName = toolName
      self.segments = segments
    }
  }

  public enum Entry: Sendable {
    case instructions(Instructions)
    case prompt(Prompt)
    case toolCalls(ToolCalls)
    case toolOutput(ToolOutput)
    case response(Response)
  }

  /// For tests.
  public let entries: [Entry]
  public init(entries: some Sequence<Entry>) { self.entries = Array(entries) }
}
