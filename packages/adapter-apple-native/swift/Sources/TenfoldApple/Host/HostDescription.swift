import Foundation

/// Whether a framework runs on this device.
public enum FrameworkSupport: Sendable, Equatable {
  /// It does. `version` is the framework's, or the system's that brings it.
  case available(version: String, accelerators: [String], notes: [String])
  /// It does not, and what would help.
  case unavailable(reason: String, remedy: String)
}

/// What the Swift side says of itself: the answer to `--describe`, and to the Expo module's `describe`.
public struct HostDescription: Sendable {
  private let frameworks: [String: FrameworkSupport]

  /// A description of frameworks by their names.
  public init(frameworks: [String: FrameworkSupport]) { self.frameworks = frameworks }

  /// As TypeScript reads it.
  public var value: Value {
    let list = frameworks.sorted { $0.key < $1.key }.map { name, support -> Value in
      switch support {
      case .available(let version, let accelerators, let notes):
        return [
          "framework": .text(name), "available": true, "version": .text(version), "accelerators": .list(accelerators.map(Value.text)),
          "notes": .list(notes.map(Value.text)),
        ]
      case .unavailable(let reason, let remedy): return ["framework": .text(name), "available": false, "reason": .text(reason), "remedy": .text(remedy)]
      }
    }
    return ["protocolVersion": .integer(protocolVersion), "version": .text(packageVersion), "device": DeviceFacts.current.value, "frameworks": .list(list)]
  }
}

/// The version of this package; a test compares it with the one of the npm package.
let packageVersion = "0.1.0"
