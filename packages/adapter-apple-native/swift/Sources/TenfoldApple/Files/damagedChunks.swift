import Foundation

/// The chunks of a file whose bytes are not those that their digests name: only these have to be fetched again.
/// - Parameters:
///   - digests: SHA-256 of each chunk, in their order.
///   - sizeBytes: of the whole file.
/// - Returns: byte ranges.
public func damagedChunks(of url: URL, digests: [String], chunkBytes: Int, sizeBytes: Int) throws -> [Range<Int>] {
  guard chunkBytes > 0, digests.count == (sizeBytes + chunkBytes - 1) / chunkBytes else {
    throw TenfoldError(.invalidInput, "\(digests.count) digests do not cover \(sizeBytes) bytes in chunks of \(chunkBytes).")
  }
  var damaged: [Range<Int>] = []
  for (index, digest) in digests.enumerated() {
    let range = (index * chunkBytes)..<min(sizeBytes, (index + 1) * chunkBytes)
    do {
      if try hashFile(at: url, range: range) != digest { damaged.append(range) }
    } catch let error as TenfoldError where error.code == .sizeMismatch {
      damaged.append(range)
    }
  }
  return damaged
}
