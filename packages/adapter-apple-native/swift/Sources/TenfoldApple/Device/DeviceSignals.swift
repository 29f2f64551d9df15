/// Where a device's signals come from: Apple's notifications, or a script in tests.
public protocol DeviceSignals: Sendable {
  /// How the device is now.
  func state() async -> DeviceState
  /// One value each time that something may have changed.
  func changes() -> AsyncStream<DeviceChange>
}

/// What a signal is about.
public enum DeviceChange: Sendable, Equatable {
  /// The system wants memory back.
  case memoryWarning(critical: Bool)
  /// Heat, battery or the power mode changed, or may have.
  case other
}
