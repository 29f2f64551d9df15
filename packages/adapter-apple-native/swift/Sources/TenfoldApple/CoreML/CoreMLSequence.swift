/// One of the sequences of a Core ML model.
struct CoreMLSequence: LogitsSequence {
  let number: Int
  let computer: CoreMLComputer

  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float] {
    try await computer.forward(tokens, wanted: wanted, of: number)
  }

  func truncate(to length: Int) async throws -> Int { await computer.truncate(to: length, of: number) }

  func memory() async -> MemoryUse {
    // The largest arrays of a prediction: logits in 32 bits.
    MemoryUse(kvCacheBytes: computer.cacheBytes, computeBytes: 4 * computer.layout.vocabularySize)
  }
}
