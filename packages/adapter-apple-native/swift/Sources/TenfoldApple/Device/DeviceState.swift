/// How a device is at one moment, as `core` has it. Nil means unknown.
public struct DeviceState: Sendable, Equatable {
  /// How hot it is.
  public enum Thermal: String, Sendable { case nominal, fair, serious, critical }

  /// Bytes that can still be taken before the system ends the application.
  public var availableMemoryBytes: Int?
  /// How hot it is.
  public var thermal: Thermal?
  /// From 0 to 1.
  public var batteryLevel: Double?
  /// True on a charger.
  public var charging: Bool?
  /// The user asked the system to save power.
  public var lowPower: Bool?

  /// Nothing known.
  public init() {}

  /// As `core` reads it.
  public var value: Value {
    var members: [String: Value] = [:]
    if let availableMemoryBytes { members["availableMemoryBytes"] = .integer(availableMemoryBytes) }
    if let thermal { members["thermal"] = .text(thermal.rawValue) }
    if let batteryLevel { members["batteryLevel"] = .number(batteryLevel) }
    if let charging { members["charging"] = .bool(charging) }
    if let lowPower { members["lowPower"] = .bool(lowPower) }
    return .object(members)
  }
}
