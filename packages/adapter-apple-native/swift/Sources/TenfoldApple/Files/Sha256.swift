import Foundation

#if canImport(CryptoKit)
  import CryptoKit
#endif

/// SHA-256 of bytes that come in pieces.
public struct Sha256 {
  #if canImport(CryptoKit)
    private var hash = SHA256()
  #else
    private var hash = PortableSha256()
  #endif

  /// Nothing hashed yet.
  public init() {}

  /// Adds bytes.
  public mutating func update(_ bytes: some DataProtocol) { hash.update(data: bytes) }

  /// The digest, in lower-case hexadecimal.
  public func hexDigest() -> String {
    hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  /// The digest of bytes at once.
  public static func hexDigest(of bytes: some DataProtocol) -> String {
    var hash = Sha256()
    hash.update(bytes)
    return hash.hexDigest()
  }
}
