import Foundation

/// Hashes that JavaScript fills piece by piece.
final class Hashes: @unchecked Sendable {
  private let lock = NSLock()
  private var hashes: [Int: Sha256] = [:]
  private var last = 0

  func open() -> Int {
    lock.withLock {
      last += 1
      hashes[last] = Sha256()
      return last
    }
  }

  func update(_ number: Int, _ bytes: Data) { lock.withLock { hashes[number]?.update(bytes) } }
  func digest(_ number: Int) -> String { lock.withLock { hashes.removeValue(forKey: number)?.hexDigest() ?? "" } }
}
