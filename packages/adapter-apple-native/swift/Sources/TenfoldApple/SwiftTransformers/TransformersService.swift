import Foundation

/// A model of swift-transformers. Answers one at a time: the library cannot be stopped, so that one nobody waits for is let run to its end.
actor TransformersService: ServedModel {
  nonisolated let greeting: Greeting
  private let model: any TransformersModel
  private let tokenizer: any TransformersTokenizer
  private let check: TransformersCheck
  private let accelerator: String
  private let weightsBytes: Int
  private var last: Task<Void, Never>?

  init(model: any TransformersModel, tokenizer: any TransformersTokenizer, check: TransformersCheck, accelerator: String, weightsBytes: Int) {
    self.model = model
    self.tokenizer = tokenizer
    self.check = check
    self.accelerator = accelerator == "auto" ? "core-ml" : accelerator
    self.weightsBytes = weightsBytes
    var capabilities = ModelCapabilities()
    capabilities.chat = false
    capabilities.ownTemplate = false
    greeting = Greeting(role: .model(capabilities, vocabularySize: nil, trims: false), contextSize: check.contextSize)
  }

  func memory() -> MemoryUse { MemoryUse(weightsBytes: weightsBytes) }

  func call(_ call: Call) async throws -> Value {
    switch call {
    case .countTokens(.text(let text)): return ["tokens": .integer(tokenizer.encode(text).count), "exact": true]
    case .encode(let text, _): return .integers(tokenizer.encode(text).map(Int32.init))
    case .decode(let tokens, _): return .text(tokenizer.decode(tokens.map(Int.init)))
    default: throw TenfoldError(.unsupportedRequest, "Swift Transformers does not offer that.", framework: TransformersLoader.framework)
    }
  }

  func dispose() async { await last?.value }

  func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
    guard request.tools.isEmpty, request.schema == nil else {
      throw TenfoldError(
        .unsupportedRequest, "Swift Transformers has neither tools nor schemas.", remedy: "Load the model with Core ML for them.",
        framework: TransformersLoader.framework)
    }
    guard case .prompt(let text) = request.input else {
      throw TenfoldError(.unsupportedRequest, "Swift Transformers takes prompts here: Tenfold makes them of messages.", framework: TransformersLoader.framework)
    }
    let prompt = tokenizer.encode(text)
    let room = try check.room(afterPromptOf: prompt.count, wanted: request.maxTokens)
    try await emit(.start(accelerator: accelerator, warnings: warnings(of: request)))

    var stopwatch = Stopwatch()
    var tracker = DeltaTracker()
    var answer: [Int] = []
    for try await tokens in run(prompt, settings(of: request, prompt: prompt.count, room: room)) {
      try Task.checkCancellation()
      answer = Array(tokens.dropFirst(prompt.count)).filter { $0 != tokenizer.endToken }
      let text = try tracker.delta(of: tokenizer.decode(answer))
      if text.isEmpty { continue }
      stopwatch.noteText()
      try await emit(.text(text))
    }
    try Task.checkCancellation()
    let rest = try tracker.rest(of: tokenizer.decode(answer))
    if !rest.isEmpty { try await emit(.text(rest)) }
    let usage = GenerateEvent.Usage(promptTokens: prompt.count, completionTokens: answer.count)
    try await emit(.finish(answer.count >= room ? .length : .stop, usage, stopwatch.timings(usage)))
  }

  /// All tokens so far, each time there are more.
  private func run(_ prompt: [Int], _ settings: TransformersSettings) -> AsyncThrowingStream<[Int], any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: [Int].self)
    let (before, model) = (last, model)
    last = Task {
      await before?.value
      // Its cache is that of the answer before.
      await model.resetState()
      do {
        let all = try await model.generate(prompt, settings: settings) { continuation.yield($0) }
        continuation.yield(all)
        continuation.finish()
      } catch {
        continuation.finish(throwing: TenfoldError.from(error, .generationFailed, "Swift Transformers failed", framework: TransformersLoader.framework))
      }
    }
    return stream
  }

  private func settings(of request: GenerateRequest, prompt: Int, room: Int) -> TransformersSettings {
    let temperature = request.sampling.temperature ?? 1
    return TransformersSettings(
      maxLength: prompt + room, maxNewTokens: room, samples: temperature > 0, temperature: temperature > 0 ? temperature : 1,
      topK: request.sampling.topK ?? 50, topP: request.sampling.topP ?? 1, endToken: tokenizer.endToken)
  }

  private func warnings(of request: GenerateRequest) -> [GenerateEvent.Warning] {
    let names =
      request.sampling.others + (request.seed == nil ? [] : ["seed"]) + (request.wantsJSON ? ["responseFormat"] : []) + (request.stop.isEmpty ? [] : ["stop"])
    return names.map { .init(setting: $0, message: "Swift Transformers has no such setting.") }
  }
}
