import TenfoldApple

/// Logits that say which tokens went before: a function of all of them, so that a cache that was cut wrongly shows.
actor ScriptedSequence: LogitsSequence {
  static let vocabularySize = 64
  private let contextSize: Int
  private var tokens: [Int32] = []

  init(contextSize: Int) { self.contextSize = contextSize }

  func forward(_ added: [Int32], wanted: Call.WantedLogits) throws -> [Float] {
    guard tokens.count + added.count <= contextSize else {
      throw TenfoldError(.contextOverflow, "\(tokens.count + added.count) tokens; the context takes \(contextSize).")
    }
    var rows: [Float] = []
    for (index, token) in added.enumerated() {
      try Task.checkCancellation()
      tokens.append(token)
      if wanted == .all || (wanted == .last && index == added.count - 1) { rows += row() }
    }
    return rows
  }

  func truncate(to length: Int) -> Int {
    tokens = Array(tokens.prefix(length))
    return tokens.count
  }

  func memory() -> MemoryUse { MemoryUse(kvCacheBytes: 4 * contextSize) }

  private func row() -> [Float] {
    let sum = tokens.enumerated().reduce(0) { ($0 + ($1.offset + 1) * Int($1.element)) % 1009 }
    return (0..<Self.vocabularySize).map { Float((sum * ($0 + 1)) % 97) / 8 }
  }
}
