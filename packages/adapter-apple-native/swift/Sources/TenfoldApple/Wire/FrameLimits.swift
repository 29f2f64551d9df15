/// What one frame may take; more is refused when its length is read.
public struct FrameLimits: Sendable {
  /// Most bytes of JSON.
  public let headerBytes: Int
  /// Most bytes of binary values.
  public let payloadBytes: Int

  /// Limits other than those that the protocol has.
  public init(headerBytes: Int = 16 << 20, payloadBytes: Int = 1 << 30) {
    self.headerBytes = headerBytes
    self.payloadBytes = payloadBytes
  }
}

/// The version of the protocol that `docs/host-protocol.md` describes.
public let protocolVersion = 3

/// What each side sends first.
public var framePreamble: [UInt8] { Array("TFHOST".utf8) + [UInt8(protocolVersion & 0xff), UInt8(protocolVersion >> 8)] }
