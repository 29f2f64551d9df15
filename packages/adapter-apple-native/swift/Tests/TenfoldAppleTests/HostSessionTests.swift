import Testing

@testable import TenfoldApple

private let refusedLoads: [(message: Value, code: ErrorCode)] = [
  (["type": "generate", "number": 1] as Value, ErrorCode.invalidInput), (loadMessage(framework: "odd"), .frameworkUnavailable),
  (loadMessage(framework: "fixed", options: ["contextSize": 7]), .invalidFormat), (loadMessage(framework: "fixed", options: ["contextSize": 0]), .invalidInput),
  (loadMessage(framework: "fixed", options: ["memoryLimitBytes": 99]), .outOfMemory), (["type": "load"], .invalidInput),
]

private struct Fixed: ServedModel {
  let greeting = Greeting(role: .logits(vocabularySize: 4, sequences: 1, forks: false), contextSize: 8)
  func memory() async -> MemoryUse { MemoryUse(weightsBytes: 100) }
  func dispose() async {}
}

private struct FixedLoader: ModelLoader {
  func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    if request.options.contextSize == 7 { throw TenfoldError(.invalidFormat, "Damaged.") }
    progress(0.5)
    return Fixed()
  }
}

private func session(_ recorder: Recorder) -> HostSession {
  let send = recorder.send
  return HostSession(loaders: ["fixed": FixedLoader()], send: send) { send(["type": "closed"]) }
}

@Test func echoesThenLoadsThenServes() async {
  let recorder = Recorder()
  let session = session(recorder)
  await session.receive(["type": "echo", "value": [1]])
  await session.receive(loadMessage(framework: "fixed"))
  // Comes before anybody knows whether the load succeeds.
  await session.receive(["type": "call", "number": 1, "name": "odd", "arguments": [:]])
  await session.receive(["type": "call", "number": 2, "name": "dispose", "arguments": [:]])
  await recorder.until { $0.last?["type"] == "closed" }
  let types = await recorder.types().filter { $0 != "progress" }
  #expect(types == ["echo", "hello", "error", "result", "closed"])
  await session.disconnect()
  await session.receive(["type": "echo"])
}

@Test(arguments: refusedLoads)
func aLoadThatFailsIsRefusedOnce(message: Value, code: ErrorCode) async {
  let recorder = Recorder()
  let session = session(recorder)
  await session.receive(message)
  await recorder.until { $0.last?["type"] == "closed" }
  let refusals = await recorder.messages.filter { $0["type"] == "refused" }
  #expect(refusals.count == 1 && refusals[0]["error"]?["code"]?.text == code.rawValue)
}

@Test func aParentThatGoesWhileAModelLoadsIsNotAnswered() async {
  let recorder = Recorder()
  let session = session(recorder)
  await session.disconnect()
  await session.receive(["type": "echo"])
  let other = anotherSession(recorder)
  await other.receive(loadMessage(framework: "fixed"))
  await other.disconnect()
  #expect(await recorder.messages.allSatisfy { $0["type"] != "echo" })
}

private func anotherSession(_ recorder: Recorder) -> HostSession { session(recorder) }

@Test func whatRunsHereIsDescribed() {
  let frameworks = AppleFrameworks(cacheFolder: AppleFrameworks.defaultCacheFolder)
    .adding("fixed", FixedLoader(), .available(version: "1", accelerators: ["cpu"], notes: ["n"]))
  let described = HostDescription(frameworks: frameworks.support).value
  #expect(described["protocolVersion"] == 3)
  let list = described["frameworks"]?.list ?? []
  #expect(list.compactMap { $0["framework"]?.text } == ["apple-foundation-models", "core-ml", "fixed"])
  #expect(list[2] == ["framework": "fixed", "available": true, "version": "1", "accelerators": ["cpu"], "notes": ["n"]])
  #if os(Linux)
    #expect(list[1]["available"] == false && list[1]["reason"] != nil && list[1]["remedy"] != nil)
  #endif
  #expect(frameworks.loaders.count == 3)
  #expect(DeviceFacts.current.value["totalMemoryBytes"]?.integer ?? 0 > 0)
}
