import Foundation

/// What this device is, as core's `Hardware`.
func deviceHardware() -> Value {
  let facts = DeviceFacts.current
  let system = ProcessInfo.processInfo
  let version = system.operatingSystemVersion
  var gpu: [String: Value] = ["accelerator": "metal"]
  if let family = facts.metalFamily { gpu["features"] = .list([.text(family)]) }
  var members: [String: Value] = [
    "osVersion": .text("\(version.majorVersion).\(version.minorVersion)"),
    "processor": .object(["logicalCores": .integer(system.activeProcessorCount), "features": .list([.text("neon")])]),
    "memory": .object(["totalBytes": .integer(facts.totalMemoryBytes)]),
    "graphics": .list([.object(gpu)]),
    "portable": .bool(!facts.isSimulator),
  ]
  if let identifier = facts.identifier { members["identifier"] = .text(identifier) }
  if let chip = facts.chip { members["chip"] = .text(chip) }
  return .object(members)
}
