#if canImport(Darwin)
  import Foundation

  #if os(iOS)
    import UIKit
    import os
  #endif

  /// What Apple's systems say of memory, heat and power.
  public struct AppleDeviceSignals: DeviceSignals {
    /// The signals of this device.
    public init() {}

    /// How the device is now.
    public func state() async -> DeviceState {
      var state = DeviceState()
      let process = ProcessInfo.processInfo
      state.thermal = Self.thermal(process.thermalState)
      state.lowPower = process.isLowPowerModeEnabled
      #if os(iOS)
        state.availableMemoryBytes = os_proc_available_memory()
        let battery = await MainActor.run { () -> (level: Float, state: UIDevice.BatteryState) in
          let device = UIDevice.current
          device.isBatteryMonitoringEnabled = true
          return (device.batteryLevel, device.batteryState)
        }
        // Below 0 it is not known.
        if battery.level >= 0 { state.batteryLevel = Double(battery.level) }
        if battery.state != .unknown { state.charging = battery.state != .unplugged }
      #endif
      return state
    }

    /// One value for each notification.
    public func changes() -> AsyncStream<DeviceChange> {
      AsyncStream { continuation in
        let center = NotificationCenter.default
        var names: [Notification.Name] = [ProcessInfo.thermalStateDidChangeNotification, .NSProcessInfoPowerStateDidChange]
        #if os(iOS)
          names += [UIDevice.batteryLevelDidChangeNotification, UIDevice.batteryStateDidChangeNotification]
        #endif
        let tasks = names.map { name in
          Task { for await _ in center.notifications(named: name).map({ _ in () }) { continuation.yield(.other) } }
        }
        // Sources may be used from any thread, which Dispatch does not declare.
        nonisolated(unsafe) let pressure = DispatchSource.makeMemoryPressureSource(eventMask: [.warning, .critical])
        pressure.setEventHandler { continuation.yield(.memoryWarning(critical: pressure.data.contains(.critical))) }
        pressure.activate()
        continuation.onTermination = { _ in
          for task in tasks { task.cancel() }
          pressure.cancel()
        }
      }
    }

    private static func thermal(_ state: ProcessInfo.ThermalState) -> DeviceState.Thermal? {
      switch state {
      case .nominal: .nominal
      case .fair: .fair
      case .serious: .serious
      case .critical: .critical
      @unknown default: nil
      }
    }
  }
#endif
