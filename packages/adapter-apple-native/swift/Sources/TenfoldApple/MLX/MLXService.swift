import Foundation

/// A model of MLX. Answers one at a time, on the GPU.
actor MLXService: ServedModel {
  nonisolated let greeting: Greeting
  private let model: any MLXModel
  private let contextSize: Int
  private let prefillStep: Int

  init(model: any MLXModel, contextSize: Int, prefillStep: Int) {
    self.model = model
    self.contextSize = contextSize
    self.prefillStep = prefillStep
    var capabilities = ModelCapabilities()
    capabilities.tools = true
    greeting = Greeting(role: .model(capabilities, vocabularySize: nil, trims: true), contextSize: contextSize)
  }

  func memory() async -> MemoryUse {
    let use = await model.memory()
    return MemoryUse(weightsBytes: use.activeBytes, computeBytes: use.cacheBytes)
  }

  func call(_ call: Call) async throws -> Value {
    switch call {
    case .countTokens(.text(let text)): return ["tokens": .integer(await model.encode(text).count), "exact": true]
    case .countTokens(.messages(let messages)): return ["tokens": .integer(try await prompt(of: .messages(messages), tools: []).count), "exact": true]
    case .encode(let text, _): return .integers(await model.encode(text).map(Int32.init))
    case .decode(let tokens, _): return .text(await model.decode(tokens.map(Int.init)))
    case .trim:
      await model.clearCache()
      return .null
    default: throw TenfoldError(.unsupportedRequest, "MLX does not offer that.", framework: MLXLoader.framework)
    }
  }

  func dispose() async { await model.clearCache() }

  func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
    guard request.schema == nil else {
      throw TenfoldError(.unsupportedRequest, "MLX has no schemas here.", remedy: "The host in Python has them.", framework: MLXLoader.framework)
    }
    let prompt = try await prompt(of: request.input, tools: request.toolChoice == .none ? [] : request.tools)
    guard prompt.count < contextSize else {
      throw TenfoldError(.contextOverflow, "The prompt has \(prompt.count) tokens; the context takes \(contextSize).", framework: MLXLoader.framework)
    }
    try await emit(.start(accelerator: "metal", warnings: warnings(of: request)))
    var answer = Answer(stops: request.stop, promptTokens: prompt.count)
    do {
      for try await event in try await model.generate(prompt, settings: settings(of: request, room: contextSize - prompt.count)) {
        // Leaving the loop ends the stream, and with it the computation.
        try Task.checkCancellation()
        for one in answer.take(event) { try await emit(one) }
        if answer.isStopped { break }
      }
    } catch let error where !(error is CancellationError) {
      throw TenfoldError.from(error, .generationFailed, "MLX failed", framework: MLXLoader.framework)
    }
    try Task.checkCancellation()
    for one in answer.finish() { try await emit(one) }
  }

  private func prompt(of input: GenerateRequest.Input, tools: [GenerateRequest.Tool]) async throws -> [Int] {
    switch input {
    case .prompt(let text): return await model.encode(text)
    case .messages(let messages):
      do {
        return try await model.applyTemplate(to: messages, tools: tools)
      } catch {
        throw TenfoldError.from(error, .templateFailed, "The model's template refuses the messages", framework: MLXLoader.framework)
      }
    }
  }

  private func settings(of request: GenerateRequest, room: Int) -> MLXSettings {
    MLXSettings(
      maxTokens: min(request.maxTokens ?? .max, room), temperature: request.sampling.temperature ?? 0.6, topP: request.sampling.topP ?? 1, seed: request.seed,
      prefillStep: prefillStep)
  }

  private func warnings(of request: GenerateRequest) -> [GenerateEvent.Warning] {
    let names = request.sampling.others + (request.sampling.topK == nil ? [] : ["topK"]) + (request.wantsJSON ? ["responseFormat"] : [])
    return names.map { .init(setting: $0, message: "MLX has no such setting here.") }
  }
}

/// An answer as it comes.
private struct Answer {
  private var filter: StopFilter
  private var stopwatch = Stopwatch()
  private var usage: GenerateEvent.Usage
  private var reachedLimit = false
  private var toolCalls = 0

  init(stops: [String], promptTokens: Int) {
    filter = StopFilter(stops)
    usage = .init(promptTokens: promptTokens, completionTokens: 0)
  }

  var isStopped: Bool { filter.isStopped }

  mutating func take(_ event: MLXEvent) -> [GenerateEvent] {
    switch event {
    case .chunk(let words):
      usage.completionTokens += 1
      stopwatch.noteText()
      let text = filter.push(words)
      return text.isEmpty ? [] : [.text(text)]
    case .toolCall(let name, let arguments):
      toolCalls += 1
      let id = "call-\(UUID().uuidString.lowercased())"
      let text = (try? arguments.json()).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
      return [.toolCallStart(id: id, name: name), .toolCallDelta(id: id, argumentsText: text), .toolCall(id: id, name: name, arguments: arguments)]
    case .info(let promptTokens, let generatedTokens, let limit):
      usage = .init(promptTokens: promptTokens, completionTokens: generatedTokens)
      reachedLimit = limit
      return []
    }
  }

  mutating func finish() -> [GenerateEvent] {
    let rest = filter.finish()
    let reason: GenerateEvent.FinishReason = toolCalls > 0 ? .toolCalls : reachedLimit && !filter.isStopped ? .length : .stop
    return (rest.isEmpty ? [] : [.text(rest)]) + [.finish(reason, usage, stopwatch.timings(usage))]
  }
}
