import Foundation

/// Reads a stream of frames, the preamble first, whatever pieces it comes in.
public struct FrameReader {
  private let limits: FrameLimits
  private var held: [UInt8] = []
  private var position = 0
  private var greeted = false

  /// A reader at the beginning of a stream.
  public init(limits: FrameLimits = FrameLimits()) { self.limits = limits }

  /// True between two frames.
  public var isAtBorder: Bool { position == held.count }

  /// The messages that are complete with these bytes.
  /// - Throws: ``FrameRefusal``; nothing can be read after it.
  public mutating func push(_ bytes: some Sequence<UInt8>) throws -> [Value] {
    held.append(contentsOf: bytes)
    if !greeted {
      let preamble = framePreamble
      guard held.count >= preamble.count else { return [] }
      guard held.starts(with: preamble) else { throw refusalOfPreamble(Array(held.prefix(preamble.count))) }
      greeted = true
      position = preamble.count
    }
    var messages: [Value] = []
    while let message = try next() { messages.append(message) }
    // What was read is dropped in large pieces: a stream in which the next frame has always begun would grow without end.
    if position == held.count || position > 1 << 16 {
      held.removeFirst(position)
      position = 0
    }
    return messages
  }

  private mutating func next() throws -> Value? {
    guard held.count - position >= 8 else { return nil }
    let headerBytes = Words.length(in: held[position..<(position + 4)])
    let payloadBytes = Words.length(in: held[(position + 4)..<(position + 8)])
    guard headerBytes <= limits.headerBytes else { throw FrameRefusal("a header of \(headerBytes) bytes; \(limits.headerBytes) are allowed") }
    guard payloadBytes <= limits.payloadBytes else { throw FrameRefusal("a payload of \(payloadBytes) bytes; \(limits.payloadBytes) are allowed") }
    let start = position + 8
    guard held.count - start >= headerBytes + payloadBytes else { return nil }
    let payload = held[(start + headerBytes)..<(start + headerBytes + payloadBytes)]
    let message = try decodeMessage(header: held[start..<(start + headerBytes)], payload: payload)
    position = start + headerBytes + payloadBytes
    return message
  }

  private func refusalOfPreamble(_ bytes: [UInt8]) -> FrameRefusal {
    guard bytes.starts(with: Array("TFHOST".utf8)) else { return FrameRefusal("something else than frames") }
    let version = Int(bytes[6]) | Int(bytes[7]) << 8
    return FrameRefusal("version \(version) of the protocol; this side speaks \(protocolVersion)")
  }
}

private func decodeMessage(header: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) throws -> Value {
  // Foundation reads other encodings than UTF-8 as well, and no two readers agree on what they mean.
  guard String(bytes: header, encoding: .utf8) != nil else { throw FrameRefusal("a header that is not JSON") }
  guard let read = (try? Value(json: Data(header))) ?? replacingHalfPairs(in: header).flatMap({ try? Value(json: Data($0)) }) else {
    throw FrameRefusal("a header that is not JSON")
  }
  guard case .object(let members) = read, var message = members["message"] else { throw FrameRefusal("a header without a message") }
  guard let parts = (members["parts"] ?? []).list else { throw FrameRefusal("parts that are no list") }
  for part in try parts.map(Part.init) {
    message = try message.replacingNull(at: part.path[...], with: part.read(from: payload))
  }
  return message
}

extension Value {
  /// The same value with something in the place of a null of it.
  fileprivate func replacingNull(at path: ArraySlice<Part.Step>, with value: Value) throws -> Value {
    switch (self, path.first) {
    case (.null, nil): return value
    case (.object(var members), .name(let name)):
      guard let member = members[name] else { break }
      members[name] = try member.replacingNull(at: path.dropFirst(), with: value)
      return .object(members)
    case (.list(var list), .position(let position)):
      guard list.indices.contains(position) else { break }
      list[position] = try list[position].replacingNull(at: path.dropFirst(), with: value)
      return .list(list)
    default: break
    }
    throw FrameRefusal("a part that has no place in its message")
  }
}
