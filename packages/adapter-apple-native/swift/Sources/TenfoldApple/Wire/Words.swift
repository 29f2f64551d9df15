/// 32-bit values as bytes, little-endian, which every system of Apple's is.
enum Words {
  static func integers(in bytes: ArraySlice<UInt8>) -> [Int32] {
    bytes.withUnsafeBytes { raw in
      (0..<(raw.count / 4)).map { Int32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
    }
  }

  static func floats(in bytes: ArraySlice<UInt8>) -> [Float] {
    integers(in: bytes).map { Float(bitPattern: UInt32(bitPattern: $0)) }
  }

  static func length(in bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
  }

  static func bytes(of integers: [Int32]) -> [UInt8] { integers.withUnsafeBytes(Array.init) }
  static func bytes(of floats: [Float]) -> [UInt8] { floats.withUnsafeBytes(Array.init) }
  static func bytes(of length: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(length).littleEndian, Array.init) }
}
