/// JSON text in which halves of surrogate pairs became replacement characters: JavaScript's strings may hold such halves, and Swift's may not.
/// - Returns: nil when there is none.
func replacingHalfPairs(in json: ArraySlice<UInt8>) -> [UInt8]? {
  var bytes = Array(json)
  var isChanged = false
  var index = 0
  while index < bytes.count {
    guard bytes[index] == UInt8(ascii: "\\") else {
      index += 1
      continue
    }
    guard let unit = escapedUnit(at: index, in: bytes) else {
      index += 2
      continue
    }
    if (0xd800...0xdbff).contains(unit), let next = escapedUnit(at: index + 6, in: bytes), (0xdc00...0xdfff).contains(next) {
      index += 12
      continue
    }
    if (0xd800...0xdfff).contains(unit) {
      bytes.replaceSubrange(index..<(index + 6), with: Array("\\ufffd".utf8))
      isChanged = true
    }
    index += 6
  }
  return isChanged ? bytes : nil
}

/// The UTF-16 unit that `\uXXXX` stands for.
private func escapedUnit(at index: Int, in bytes: [UInt8]) -> Int? {
  guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else { return nil }
  return Int(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
}
