import Foundation

private let alignment = 8

/// A message as one frame: the lengths of header and payload, the header, the payload.
/// - Throws: ``TenfoldError`` `invalid-input` for a message that is larger than the limits.
public func encodeFrame(_ message: Value, limits: FrameLimits = FrameLimits()) throws -> [UInt8] {
  var split = SplitMessage()
  let plain = split.taking(from: message, at: [])
  var members: [String: Value] = ["message": plain]
  if !split.parts.isEmpty { members["parts"] = .list(split.parts.map(\.value)) }
  let header = try Value.object(members).json()
  guard header.count <= limits.headerBytes, split.payload.count <= limits.payloadBytes else {
    throw TenfoldError(.invalidInput, "A message of \(header.count) + \(split.payload.count) bytes cannot be sent.")
  }
  return Words.bytes(of: header.count) + Words.bytes(of: split.payload.count) + header + split.payload
}

/// A message whose binary values were taken out.
private struct SplitMessage {
  var parts: [Part] = []
  var payload: [UInt8] = []

  mutating func taking(from value: Value, at path: [Part.Step]) -> Value {
    switch value {
    case .bytes(let bytes): return append(.bytes, bytes, at: path)
    case .integers(let integers): return append(.integers, Words.bytes(of: integers), at: path)
    case .floats(let floats): return append(.floats, Words.bytes(of: floats), at: path)
    case .number(let number) where !number.isFinite:
      parts.append(Part(path: path, content: .number(number)))
      return .null
    case .list(let list):
      var plain: [Value] = []
      for (position, one) in list.enumerated() { plain.append(taking(from: one, at: path + [.position(position)])) }
      return .list(plain)
    case .object(let members):
      var plain: [String: Value] = [:]
      // In the order of their names: one message is always the same bytes.
      for (name, one) in members.sorted(by: { $0.key < $1.key }) { plain[name] = taking(from: one, at: path + [.name(name)]) }
      return .object(plain)
    case .null, .bool, .integer, .number, .text: return value
    }
  }

  private mutating func append(_ kind: Part.Kind, _ bytes: [UInt8], at path: [Part.Step]) -> Value {
    payload.append(contentsOf: repeatElement(0, count: (alignment - payload.count % alignment) % alignment))
    parts.append(Part(path: path, content: .binary(kind, offset: payload.count, sizeBytes: bytes.count)))
    payload.append(contentsOf: bytes)
    return .null
  }
}
