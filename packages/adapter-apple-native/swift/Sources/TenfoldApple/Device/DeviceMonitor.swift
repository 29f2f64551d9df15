/// Memory, heat and power of this device as events. The system says the same several times; each change is told once.
public struct DeviceMonitor: Sendable {
  private let signals: any DeviceSignals

  /// A monitor of signals.
  public init(signals: any DeviceSignals) { self.signals = signals }

  /// How the device is now.
  public func state() async -> DeviceState { await signals.state() }

  /// The present state, then what changes, until whoever reads stops.
  public func events() -> AsyncStream<DeviceEvent> {
    let signals = signals
    return AsyncStream { continuation in
      let task = Task {
        var last = await signals.state()
        continuation.yield(.state(last))
        for await change in signals.changes() {
          if case .memoryWarning(let critical) = change { continuation.yield(.memoryPressure(critical: critical)) }
          let now = await signals.state()
          if !now.isAsGood(as: last) {
            last = now
            continuation.yield(.state(now))
          }
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

extension DeviceState {
  /// Free memory changes with every breath and a battery by parts of a hundredth: neither is news by itself.
  fileprivate func isAsGood(as other: DeviceState) -> Bool {
    let percent = { (level: Double?) in level.map { Int(($0 * 100).rounded()) } }
    return thermal == other.thermal && charging == other.charging && lowPower == other.lowPower && percent(batteryLevel) == percent(other.batteryLevel)
  }
}
