import Foundation

/// For tests alone, and nothing of Apple's: what the "system model" on Linux says. Set for the running task.
public struct StubbedLanguageModel: Sendable {
  public struct Request: Sendable {
    public let prompt: String
    public let options: GenerationOptions
    public let schema: String?
  }

  public struct Session: Sendable {
    public let transcript: Transcript
    public let toolNames: [String]
  }

  public final class Sessions: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [Session] = []
    public init() {}
    public var all: [Session] { lock.withLock { list } }
    func append(_ session: Session) { lock.withLock { list.append(session) } }
  }

  /// `say` takes cumulative snapshots.
  public typealias Answer = @Sendable (Request, [any Tool], _ say: @Sendable (String) throws -> Void) async throws -> Void

  public var availability: SystemLanguageModel.Availability = .available
  public var sessions = Sessions()
  public var answer: Answer = { _, _, _ in }
  public init() {}

  @TaskLocal public static var current = StubbedLanguageModel()

  static func note(_ session: Session) { current.sessions.append(session) }
  static var emptyContent: GeneratedContent { GeneratedContent(unchecked: "null") }
}

extension GeneratedContent {
  init(unchecked: String) { jsonString = unchecked }
}
