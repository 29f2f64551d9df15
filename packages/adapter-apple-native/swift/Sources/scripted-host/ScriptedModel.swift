import TenfoldApple

/// A model that answers by a script: what the protocol does shows, and nothing of a framework.
///
/// Prompt `count N`: the numbers from 1 to N, one event each. `forever`: words without end. `fail`: an error after the first word.
struct ScriptedModel: ServedModel {
  let greeting: Greeting

  init(contextSize: Int) {
    greeting = Greeting(role: .model(ModelCapabilities(), vocabularySize: nil, trims: true), contextSize: contextSize)
  }

  func memory() async -> MemoryUse { MemoryUse(weightsBytes: 1 << 20, kvCacheBytes: 4096, computeBytes: 2048) }

  func call(_ call: Call) async throws -> Value {
    switch call {
    case .countTokens(.text(let text)): return ["tokens": .integer(text.split(separator: " ").count), "exact": true]
    case .countTokens(.messages(let messages)): return ["tokens": .integer(messages.count), "exact": false]
    case .trim: return .null
    default: throw TenfoldError(.unsupportedRequest, "The script has no answer to that.")
    }
  }

  func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
    let words = prompt(of: request).split(separator: " ")
    try await emit(.start(accelerator: "cpu", warnings: request.sampling.others.map { .init(setting: $0, message: "The script chooses nothing.") }))
    var count = 0
    switch words.first {
    case "count":
      for number in 1...max(1, words.last.flatMap { Int($0) } ?? 1) {
        try await emit(.text("\(number) "))
        count = number
      }
    case "forever":
      while true { try await emit(.text("on ")) }
    case "fail":
      try await emit(.text("so "))
      throw TenfoldError(.outOfMemory, "The script has no more room.", framework: "scripted")
    default: try await emit(.text(prompt(of: request)))
    }
    let usage = GenerateEvent.Usage(promptTokens: words.count, completionTokens: count)
    try await emit(.finish(.stop, usage, .init(firstMs: 1, totalMs: 2, usage: usage)))
  }

  func dispose() async {}

  private func prompt(of request: GenerateRequest) -> String {
    switch request.input {
    case .prompt(let text): text
    case .messages(let messages): messages.last?.text ?? ""
    }
  }
}
