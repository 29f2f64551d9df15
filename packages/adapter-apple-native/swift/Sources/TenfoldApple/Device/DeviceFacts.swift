import Foundation

#if canImport(Metal)
  import Metal
#endif

/// What a device is, as far as it tells.
public struct DeviceFacts: Sendable, Equatable {
  /// As the maker names it: "iPhone17,1".
  public let identifier: String?
  /// "Apple M4".
  public let chip: String?
  /// The newest Metal family that the GPU has: "apple9".
  public let metalFamily: String?
  /// Every processor of Apple's since the A11 has one; simulators and Macs with Intel's have none.
  public let hasNeuralEngine: Bool
  /// True in a simulator.
  public let isSimulator: Bool
  /// Physical memory.
  public let totalMemoryBytes: Int

  /// The facts of this device.
  public static var current: DeviceFacts {
    #if targetEnvironment(simulator)
      let simulator = true
    #else
      let simulator = false
    #endif
    #if canImport(Darwin) && arch(arm64)
      let neuralEngine = !simulator
    #else
      let neuralEngine = false
    #endif
    return DeviceFacts(
      identifier: system("hw.machine"), chip: system("machdep.cpu.brand_string"), metalFamily: family, hasNeuralEngine: neuralEngine, isSimulator: simulator,
      totalMemoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  /// As TypeScript reads it.
  public var value: Value {
    var members: [String: Value] = [
      "neuralEngine": .bool(hasNeuralEngine), "simulator": .bool(isSimulator), "totalMemoryBytes": .integer(totalMemoryBytes),
    ]
    if let identifier { members["identifier"] = .text(identifier) }
    if let chip { members["chip"] = .text(chip) }
    if let metalFamily { members["metalFamily"] = .text(metalFamily) }
    return .object(members)
  }

  private static func system(_ name: String) -> String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 1 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return nil
    #endif
  }

  private static var family: String? {
    #if canImport(Metal)
      guard let device = MTLCreateSystemDefaultDevice() else { return nil }
      let families: [(MTLGPUFamily, String)] = [(.apple9, "apple9"), (.apple8, "apple8"), (.apple7, "apple7"), (.apple6, "apple6"), (.mac2, "mac2")]
      return families.first { device.supportsFamily($0.0) }?.1
    #else
      return nil
    #endif
  }
}
