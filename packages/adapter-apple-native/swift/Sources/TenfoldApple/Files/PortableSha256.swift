#if !canImport(CryptoKit)
  import Foundation

  /// SHA-256 (FIPS 180-4) for systems without CryptoKit, which no Apple system is: the package is tested there.
  struct PortableSha256 {
    private var state: [UInt32] = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var rest: [UInt8] = []
    private var length: UInt64 = 0

    mutating func update(data: some DataProtocol) {
      length += UInt64(data.count) * 8
      rest.append(contentsOf: data)
      let whole = rest.count / 64 * 64
      for start in stride(from: 0, to: whole, by: 64) { absorb(rest[start..<(start + 64)]) }
      rest.removeFirst(whole)
    }

    func finalize() -> [UInt8] {
      var last = self
      let zeros = (119 - rest.count % 64) % 64
      let bigEndian = (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
      last.update(data: [0x80] + [UInt8](repeating: 0, count: zeros) + bigEndian)
      return last.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }

    private mutating func absorb(_ block: ArraySlice<UInt8>) {
      var words = [UInt32](repeating: 0, count: 64)
      for (index, byte) in block.enumerated() { words[index / 4] = words[index / 4] << 8 | UInt32(byte) }
      for index in 16..<64 {
        let low = words[index - 15]
        let high = words[index - 2]
        let first = rotated(low, 7) ^ rotated(low, 18) ^ low >> 3
        let second = rotated(high, 17) ^ rotated(high, 19) ^ high >> 10
        words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
      }
      var v = state
      for index in 0..<64 {
        let choice = v[4] & v[5] ^ ~v[4] & v[6]
        let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
        let first = v[7] &+ (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)) &+ choice &+ Self.constants[index] &+ words[index]
        let second = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)) &+ majority
        v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
      }
      for index in 0..<8 { state[index] &+= v[index] }
    }

    private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The first 32 bits of the fractions of the cube roots of the first 64 primes, exactly, by whole numbers.
    private static let constants: [UInt32] = {
      var primes: [UInt64] = []
      var candidate: UInt64 = 2
      while primes.count < 64 {
        if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
        candidate += 1
      }
      return primes.map { prime in
        // The largest root with root³ ≤ prime · 2⁹⁶; its lowest 32 bits are the fraction.
        var root: UInt64 = 0
        for bit in (0..<36).reversed() {
          let next = root | 1 << UInt64(bit)
          let square = next.multipliedFullWidth(by: next)
          let low = square.low.multipliedFullWidth(by: next)
          let (high, beyond) = square.high.multipliedReportingOverflow(by: next)
          let (sum, carried) = high.addingReportingOverflow(low.high)
          if !beyond, !carried, sum < prime << 32 || (sum == prime << 32 && low.low == 0) { root = next }
        }
        return UInt32(truncatingIfNeeded: root)
      }
    }()
  }
#endif
