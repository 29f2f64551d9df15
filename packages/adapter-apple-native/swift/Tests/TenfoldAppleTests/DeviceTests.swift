import Testing

@testable import TenfoldApple

private actor Script: DeviceSignals {
  private var states: [DeviceState]
  private nonisolated let list: [DeviceChange]
  init(_ states: [DeviceState], _ list: [DeviceChange]) {
    self.states = states
    self.list = list
  }

  func state() -> DeviceState { states.count > 1 ? states.removeFirst() : states[0] }
  nonisolated func changes() -> AsyncStream<DeviceChange> {
    AsyncStream { continuation in
      for change in list { continuation.yield(change) }
      continuation.finish()
    }
  }
}

private func state(_ change: (inout DeviceState) -> Void) -> DeviceState {
  var state = DeviceState()
  change(&state)
  return state
}

@Test func eachChangeOfADeviceIsToldOnce() async {
  let cool = state { $0.thermal = .nominal }
  let hot = state { $0.thermal = .serious }
  let full = state {
    $0.thermal = .serious
    $0.batteryLevel = 0.501
  }
  let same = state {
    $0.thermal = .serious
    $0.batteryLevel = 0.502
    $0.availableMemoryBytes = 7
  }
  let monitor = DeviceMonitor(signals: Script([cool, hot, hot, full, same], [.other, .other, .memoryWarning(critical: true), .other]))
  var events: [DeviceEvent] = []
  for await event in monitor.events() { events.append(event) }
  #expect(events == [.state(cool), .state(hot), .memoryPressure(critical: true), .state(full)])
  #expect(await monitor.state() == same)
}

@Test func eventsAreAsTypeScriptReadsThem() {
  let whole = state {
    $0.thermal = .fair
    $0.batteryLevel = 0.5
    $0.availableMemoryBytes = 7
    $0.charging = true
    $0.lowPower = false
  }
  #expect(
    DeviceEvent.state(whole).value == [
      "type": "state", "state": ["thermal": "fair", "batteryLevel": 0.5, "availableMemoryBytes": 7, "charging": true, "lowPower": false],
    ])
  #expect(DeviceEvent.memoryPressure(critical: false).value == ["type": "memory-pressure", "level": "warning"])
}

/// Expires as soon as it is told to.
private actor Assertions: BackgroundAssertions {
  private(set) var ended: [Int] = []
  private var expired: (@Sendable () -> Void)?
  private let gives: Bool
  init(gives: Bool = true) { self.gives = gives }

  func begin(_ name: String, expired: @escaping @Sendable () -> Void) -> Int? {
    self.expired = expired
    return gives ? 1 : nil
  }

  func end(_ assertion: Int) { ended.append(assertion) }

  func expire() async {
    while expired == nil { await Task.yield() }
    expired?()
  }
}

private actor Count {
  private(set) var value = 0
  func add() { value += 1 }
}

@Test func workThatTheTimeWasEnoughForComesToItsEnd() async throws {
  let assertions = Assertions()
  let checkpoints = Count()
  #expect(try await BackgroundTime(assertions: assertions).run("answer", {}, checkpoint: { await checkpoints.add() }))
  #expect(await assertions.ended == [1])
  #expect(await checkpoints.value == 0)
  #expect(try await BackgroundTime(assertions: Assertions(gives: false)).run("answer", {}, checkpoint: {}))
}

@Test func workThatTheTimeWasTooShortForIsKeptAsFarAsItCame() async throws {
  let assertions = Assertions()
  let (tokens, checkpoints) = (Count(), Count())
  async let whole = BackgroundTime(assertions: assertions).run(
    "answer",
    {
      while true {
        try Task.checkCancellation()
        await tokens.add()
        await Task.yield()
      }
    }, checkpoint: { await checkpoints.add() })
  await assertions.expire()
  #expect(try await whole == false)
  #expect(await checkpoints.value == 1)
  #expect(await assertions.ended == [1])
}

@Test func whatTheWorkThrowsIsThrown() async {
  let assertions = Assertions()
  let failed = await code { try await BackgroundTime(assertions: assertions).run("answer", { throw TenfoldError(.disposed, "Gone.") }, checkpoint: {}) }
  #expect(failed == .disposed)
  #expect(await assertions.ended == [1])
}
