import Foundation

/// Something that happens once, and is asked for from anywhere.
final class Expiry: @unchecked Sendable {
  // Guarded by the lock.
  private var happened = false
  private let lock = NSLock()

  var isSet: Bool { lock.withLock { happened } }
  func set() { lock.withLock { happened = true } }
}
