import Foundation

private let pieceBytes = 1 << 20

/// SHA-256 of a part of a file, in lower-case hexadecimal, read in pieces.
/// - Parameters:
///   - range: bytes from its lower to before its upper bound; nil is the whole file.
///   - progress: takes the bytes that were hashed so far.
/// - Throws: ``TenfoldError`` `storage-failed`, `not-installed`, `size-mismatch` for a file that ends before the range does; `CancellationError`.
public func hashFile(at url: URL, range: Range<Int>? = nil, progress: (Int) -> Void = { _ in }) throws -> String {
  do {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    if let range { try file.seek(toOffset: UInt64(range.lowerBound)) }
    var hash = Sha256()
    var done = 0
    while range.map({ done < $0.count }) ?? true {
      try Task.checkCancellation()
      let wanted = min(pieceBytes, range.map { $0.count - done } ?? pieceBytes)
      // What is read is freed with each piece, not at the end of the file.
      let count = try withAutoreleasePool {
        guard let data = try file.read(upToCount: wanted), !data.isEmpty else { return 0 }
        hash.update(data)
        return data.count
      }
      if count == 0 { break }
      done += count
      progress(done)
    }
    if let range, done < range.count {
      throw TenfoldError(.sizeMismatch, "\(url.lastPathComponent) has \(range.lowerBound + done) bytes; \(range.upperBound) are expected.")
    }
    return hash.hexDigest()
  } catch let error where !(error is CancellationError) {
    throw TenfoldError.from(error, .storageFailed, "\(url.lastPathComponent) cannot be read")
  }
}
