/// What a device tells by itself.
public enum DeviceEvent: Sendable, Equatable {
  /// The system wants memory back.
  case memoryPressure(critical: Bool)
  /// Something else changed.
  case state(DeviceState)

  /// As `core` reads it.
  public var value: Value {
    switch self {
    case .memoryPressure(let critical): ["type": "memory-pressure", "level": critical ? "critical" : "warning"]
    case .state(let state): ["type": "state", "state": state.value]
    }
  }
}
