extension LoadRequest {
  /// One digest of all files. One that was never hashed counts by where it lies and how large it is.
  var filesDigest: String {
    let lines = files.sorted { $0.path < $1.path }.map { "\($0.path)\u{0}\($0.sizeBytes)\u{0}\($0.sha256 ?? $0.location?.path ?? "")\n" }
    return Sha256.hexDigest(of: Array(lines.joined().utf8))
  }
}
