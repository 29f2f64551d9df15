/// 16-bit floats as bits: Swift's own type is missing on Macs with Intel processors, for which the sources have to compile, too.
enum HalfFloat {
  /// The value of 16 bits.
  static func single(_ bits: UInt16) -> Float {
    #if arch(arm64)
      return Float(Float16(bitPattern: bits))
    #else
      let sign = UInt32(bits & 0x8000) << 16
      let exponent = UInt32(bits >> 10 & 0x1f)
      let fraction = UInt32(bits & 0x3ff)
      switch exponent {
      case 0:
        let value = Float(fraction) * 0x1p-24
        return sign == 0 ? value : -value
      case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
      default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
      }
    #endif
  }

  /// The nearest 16-bit float.
  static func bits(_ value: Float) -> UInt16 {
    #if arch(arm64)
      return Float16(value).bitPattern
    #else
      let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
      let magnitude = abs(value)
      if value.isNaN { return sign | 0x7e00 }
      if magnitude >= 65520 { return sign | 0x7c00 }
      if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
      let whole = magnitude.bitPattern - 112 << 23
      let rounded = whole + 0xfff + (whole >> 13 & 1)
      return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    #endif
  }
}
