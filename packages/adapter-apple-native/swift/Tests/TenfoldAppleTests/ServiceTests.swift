import Testing

@testable import TenfoldApple

private let wrongRequests: [Value] = [
  ["type": "odd", "number": 1], ["type": "call", "number": 1, "name": "odd"], ["type": "call", "number": 1, "name": "forward"],
  ["type": "generate", "number": 1, "credit": -1], ["type": "generate", "number": 1, "credit": 1, "request": ["messages": [["role": "nobody"]]]],
  ["type": "credit", "number": 1], ["type": "call", "number": 1, "name": "trim"], ["type": "call", "number": 1],
]

/// Answers numbers without end, and says when it has let go.
private struct Counting: ServedModel {
  let greeting = Greeting(role: .model(ModelCapabilities(), vocabularySize: 5, trims: false), contextSize: 16)
  func memory() async -> MemoryUse { MemoryUse(weightsBytes: 1) }
  func dispose() async {}

  func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
    if request.maxTokens == 0 { throw TenfoldError(.contextOverflow, "No room.") }
    var number = 0
    while true {
      try await emit(.text("\(number)"))
      number += 1
    }
  }
}

private let generation: Value = ["type": "generate", "number": 1, "credit": 3, "request": ["prompt": "x"]]

private func service(_ model: any ServedModel, _ recorder: Recorder) -> ModelService {
  let send = recorder.send
  return ModelService(model: model, send: send) { send(["type": "closed"]) }
}

@Test func aModelRunsNoFurtherAheadThanItsReaderAllows() async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.greet()
  await service.receive(generation)
  await recorder.until { $0.count == 4 }
  await service.receive(["type": "credit", "number": 1, "events": 2])
  await recorder.until { $0.count == 6 }
  #expect(await recorder.messages.last?["event"] == ["type": "text", "text": "4"])
  await service.receive(["type": "cancel", "number": 1])
  await recorder.until { $0.last?["type"] == "end" }
  #expect(await recorder.types() == ["hello"] + Array(repeating: "event", count: 5) + ["end"])
}

@Test func whatWasCancelledBeforeItBeganStillEnds() async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.receive(["type": "generate", "number": 1, "credit": 0, "request": ["prompt": "x"]])
  await service.receive(["type": "cancel", "number": 1])
  await recorder.until { $0.last?["type"] == "end" }
  #expect(await recorder.types() == ["end"])
}

@Test func disposalEndsAnswersThatWaitForTheirReader() async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.receive(generation)
  await recorder.until { $0.count == 3 }
  await service.receive(["type": "call", "number": 2, "name": "dispose", "arguments": [:]])
  await recorder.until { $0.last?["type"] == "closed" }
  #expect(await recorder.types() == ["event", "event", "event", "end", "result", "closed"])
  await service.disconnect()
}

@Test func aFailureIsToldByItsCode() async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.receive(["type": "generate", "number": 1, "credit": 0, "request": ["prompt": "x", "maxTokens": 0]])
  await recorder.until { $0.count == 1 }
  #expect(await recorder.messages[0]["error"]?["code"] == "context-overflow")
}

@Test(arguments: wrongRequests)
func aRequestThatIsWrongIsAnsweredAndOthersGoOn(request: Value) async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.receive(request)
  await recorder.until { $0.count == 1 }
  let code = await recorder.messages[0]["error"]?["code"]?.text
  #expect(code == "invalid-input" || code == "unsupported-request")
  await service.receive(generation)
  await recorder.until { $0.count == 4 }
}

@Test func aNumberThatIsBeingAnsweredIsNotTakenTwiceAndNoNumberEndsTheChannel() async {
  let recorder = Recorder()
  let service = service(Counting(), recorder)
  await service.receive(generation)
  await service.receive(generation)
  await recorder.until { $0.contains { $0["type"] == "error" } }
  await service.receive(["type": "cancel"])
  await recorder.until { $0.contains { $0["type"] == "closed" } }
}

/// Says in which order its calls are done.
private actor Slow: LogitsSequence {
  private(set) var calls: [String] = []
  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float] {
    calls.append("begin \(tokens[0])")
    for _ in 0..<5 { await Task.yield() }
    calls.append("end \(tokens[0])")
    if tokens[0] == 3 { throw CancellationError() }
    return [Float(tokens[0])]
  }
  func truncate(to length: Int) -> Int { length }
  func memory() -> MemoryUse { MemoryUse(kvCacheBytes: 2, computeBytes: 3) }
}

@Test func theCallsOfASequenceAreDoneInTheirOrder() async {
  let recorder = Recorder()
  let sequence = Slow()
  let service = service(LogitsModel(vocabularySize: 8, contextSize: 8, weightsBytes: 1, sequences: [sequence]), recorder)
  await service.greet()
  await recorder.until { $0.count == 1 }
  for number in 1...4 {
    let arguments: Value = ["sequence": 0, "tokens": .integers([Int32(number)]), "logits": "last"]
    await service.receive(["type": "call", "number": .integer(number), "name": "forward", "arguments": arguments])
  }
  await service.receive(["type": "cancel", "number": 4])
  await service.receive(["type": "call", "number": 5, "name": "truncate", "arguments": ["sequence": 0, "length": 2]])
  await recorder.until { $0.last?["number"] == 5 }
  #expect(await sequence.calls == ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"])
  let answers = await recorder.messages.dropFirst().compactMap { $0["number"]?.integer }
  // A model that says it was cancelled, and was not, has failed; what really was cancelled has no answer.
  #expect(answers == [1, 2, 3, 5])
  #expect(await recorder.messages.last?["memory"] == ["weightsBytes": 1, "kvCacheBytes": 2, "computeBytes": 3])
}

@Test func sequencesAreKnownByTheirNumbers() async throws {
  let model = LogitsModel(vocabularySize: 8, contextSize: 8, weightsBytes: 1, sequences: [Slow()])
  #expect(await code { try await model.call(.truncate(sequence: 1, length: 0)) } == .invalidInput)
  #expect(await code { try await model.call(.forward(sequence: 0, tokens: [8], wanted: .last)) } == .invalidInput)
  #expect(await code { try await model.call(.forward(sequence: 0, tokens: [-1], wanted: .last)) } == .invalidInput)
  #expect(await code { try await model.call(.fork(sequence: 0)) } == .unsupportedRequest)
  #expect(await code { try await model.call(.trim) } == .unsupportedRequest)
  #expect(await code { try await model.generate(GenerateRequest(input: .prompt("x"))) { _ in } } == .unsupportedRequest)
  #expect(try await model.call(.forward(sequence: 0, tokens: [], wanted: .last)) == .floats([]))
  #expect(try await model.call(.release(sequence: 0)) == .null)
  #expect(await code { try await model.call(.release(sequence: 0)) } == .invalidInput)
  await model.dispose()
}

@Test func callsAreReadWithAllTheirArguments() throws {
  #expect(try Call(name: "countTokens", arguments: ["input": "x"]) == .countTokens(.text("x")))
  let messages: Value = [["role": "user", "content": [["type": "text", "text": "x"]]]]
  #expect(try Call(name: "countTokens", arguments: ["input": messages]) == .countTokens(.messages([Message(role: .user, parts: [.text("x")])])))
  #expect(try Call(name: "embed", arguments: ["texts": ["x"]]) == .embed(["x"], normalize: true))
  #expect(try Call(name: "rerank", arguments: ["query": "q", "documents": ["d"]]) == .rerank(query: "q", documents: ["d"]))
  #expect(try Call(name: "encode", arguments: ["text": "x", "parseSpecial": true]) == .encode("x", parseSpecial: true))
  #expect(try Call(name: "decode", arguments: ["tokens": .integers([1])]) == .decode([1], special: false))
  #expect(try Call(name: "fork", arguments: ["sequence": 2]).sequence == 2)
  #expect(throws: TenfoldError.self) { try Call(name: "embed", arguments: ["texts": [1]]) }
}

@Test func aRequestIsReadWithAllItsSettings() throws {
  let parts: Value = [
    ["type": "text", "text": "a"], ["type": "reasoning", "text": "b"], ["type": "image", "bytes": .bytes([1]), "mediaType": "image/png"],
    ["type": "tool-call", "id": "1", "name": "t", "arguments": ["x": 1]], ["type": "tool-result", "id": "1", "name": "t", "result": 2],
  ]
  let request = try GenerateRequest([
    "messages": [["role": "assistant", "content": parts]], "tools": [["name": "t", "description": "d", "parameters": ["type": "object"]]],
    "toolChoice": ["tool": "t"], "responseFormat": ["type": "json", "schema": ["type": "string"]], "stop": ["."], "maxTokens": 3, "seed": 4,
    "sampling": ["temperature": 0.5, "topK": 2, "topP": 0.9, "minP": 0.1], "logProbabilities": 2,
  ])
  guard case .messages(let messages) = request.input else { return #expect(Bool(false)) }
  #expect(messages[0].parts.count == 5 && messages[0].text == "a")
  #expect(request.toolChoice == .tool("t") && request.tools[0].name == "t" && request.schema == ["type": "string"] && request.stop == ["."])
  #expect(request.maxTokens == 3 && request.seed == 4 && request.sampling.others == ["minP", "logProbabilities"])
  #expect(try GenerateRequest(["prompt": "x", "toolChoice": "required"]).toolChoice == .required)
  #expect(try GenerateRequest(["prompt": "x", "toolChoice": "none"]).toolChoice == .none)
  for wrong in [["prompt": "x", "toolChoice": 3], ["messages": [["role": "user", "content": [["type": "odd"]]]]], ["prompt": "x", "maxTokens": "3"]] as [Value]
  {
    #expect(throws: TenfoldError.self) { try GenerateRequest(wrong) }
  }
  #expect(throws: TenfoldError.self) { try GenerateRequest(["messages": [["role": "user", "content": [["type": "image", "bytes": "x"]]]]]) }
}

@Test func everyEventIsAsTypeScriptReadsIt() {
  let usage = GenerateEvent.Usage(promptTokens: 10, cachedTokens: 4, completionTokens: 5)
  let finish = GenerateEvent.finish(.toolCalls, usage, .init(firstMs: 100, totalMs: 500, usage: usage)).value
  #expect(finish["reason"] == "tool-calls" && finish["usage"] == ["promptTokens": 10, "cachedTokens": 4, "completionTokens": 5])
  #expect(finish["timings"]?["prefillTokensPerSecond"]?.number == 60 && finish["timings"]?["decodeTokensPerSecond"]?.number == 10)
  #expect(GenerateEvent.Timings(firstMs: nil, totalMs: 5, usage: usage).decodeTokensPerSecond == 0)
  #expect(GenerateEvent.start(accelerator: "cpu", warnings: [.init(setting: "a", message: "b")]).value["warnings"]?.list?.first?["kind"] == "ignored-setting")
  #expect(GenerateEvent.reasoning("x").value == ["type": "reasoning", "text": "x"])
  #expect(GenerateEvent.toolCallStart(id: "1", name: "t").value["type"] == "tool-call-start")
  #expect(GenerateEvent.toolCallDelta(id: "1", argumentsText: "{").value["argumentsText"] == "{")
  #expect(GenerateEvent.toolCall(id: "1", name: "t", arguments: [:]).value["arguments"] == [:])
}
