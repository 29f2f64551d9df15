/// What an answer consists of: `start`, then any of the others, then `finish`.
public enum GenerateEvent: Sendable, Equatable {
  /// Something in the request that was not done as asked.
  public struct Warning: Sendable, Equatable {
    /// The setting, as the contract calls it.
    public let setting: String
    /// Why, in words.
    public let message: String

    /// A setting that was ignored.
    public init(setting: String, message: String) {
      self.setting = setting
      self.message = message
    }
  }

  /// Why an answer ended.
  public enum FinishReason: String, Sendable {
    case stop, length
    case toolCalls = "tool-calls"
  }

  /// The answer begins, on this accelerator.
  case start(accelerator: String, warnings: [Warning])
  /// More words.
  case text(String)
  /// More thoughts.
  case reasoning(String)
  /// The model asks for a tool.
  case toolCallStart(id: String, name: String)
  /// Arguments as they come.
  case toolCallDelta(id: String, argumentsText: String)
  /// All that the tool is asked for.
  case toolCall(id: String, name: String, arguments: Value)
  /// The answer is over.
  case finish(FinishReason, Usage, Timings)

  /// Tokens that were computed.
  public struct Usage: Sendable, Equatable {
    /// Of the prompt.
    public var promptTokens: Int
    /// Of the prompt, from the cache.
    public var cachedTokens: Int
    /// Of the answer.
    public var completionTokens: Int

    /// Figures in tokens.
    public init(promptTokens: Int, cachedTokens: Int = 0, completionTokens: Int) {
      self.promptTokens = promptTokens
      self.cachedTokens = cachedTokens
      self.completionTokens = completionTokens
    }
  }

  /// How long it took, in milliseconds, and how fast it was, in tokens for each second.
  public struct Timings: Sendable, Equatable {
    /// Until the first word.
    public var timeToFirstTokenMs: Double
    /// In all.
    public var totalMs: Double
    /// Of the prompt.
    public var prefillTokensPerSecond: Double
    /// Of the answer.
    public var decodeTokensPerSecond: Double

    /// From what was measured.
    /// - Parameters:
    ///   - firstMs: until the first word; the whole time where there was none.
    ///   - totalMs: in all.
    public init(firstMs: Double?, totalMs: Double, usage: Usage) {
      timeToFirstTokenMs = firstMs ?? totalMs
      self.totalMs = totalMs
      prefillTokensPerSecond = Self.speed(usage.promptTokens - usage.cachedTokens, timeToFirstTokenMs)
      decodeTokensPerSecond = Self.speed(usage.completionTokens - 1, totalMs - timeToFirstTokenMs)
    }

    private static func speed(_ tokens: Int, _ milliseconds: Double) -> Double {
      tokens > 0 && milliseconds > 0 ? Double(tokens) * 1000 / milliseconds : 0
    }
  }

  var value: Value {
    switch self {
    case .start(let accelerator, let warnings):
      let list = warnings.map { Value.object(["kind": "ignored-setting", "setting": .text($0.setting), "message": .text($0.message)]) }
      return ["type": "start", "accelerator": .text(accelerator), "warnings": .list(list)]
    case .text(let text): return ["type": "text", "text": .text(text)]
    case .reasoning(let text): return ["type": "reasoning", "text": .text(text)]
    case .toolCallStart(let id, let name): return ["type": "tool-call-start", "id": .text(id), "name": .text(name)]
    case .toolCallDelta(let id, let text): return ["type": "tool-call-delta", "id": .text(id), "argumentsText": .text(text)]
    case .toolCall(let id, let name, let arguments): return ["type": "tool-call", "id": .text(id), "name": .text(name), "arguments": arguments]
    case .finish(let reason, let usage, let timings):
      return [
        "type": "finish", "reason": .text(reason.rawValue),
        "usage": [
          "promptTokens": .integer(usage.promptTokens), "cachedTokens": .integer(usage.cachedTokens), "completionTokens": .integer(usage.completionTokens),
        ],
        "timings": [
          "timeToFirstTokenMs": .number(timings.timeToFirstTokenMs), "totalMs": .number(timings.totalMs),
          "prefillTokensPerSecond": .number(timings.prefillTokensPerSecond), "decodeTokensPerSecond": .number(timings.decodeTokensPerSecond),
        ],
      ]
    }
  }
}
