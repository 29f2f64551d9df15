/// One sequence of a model of MLX: a long prompt is computed in pieces, between which a cancellation is seen.
actor MLXSequence: LogitsSequence {
  private let model: any MLXModel
  private let contextSize: Int
  private let batchSize: Int
  private var cache: any MLXCache
  private var length = 0

  init(model: any MLXModel, contextSize: Int, batchSize: Int) async {
    self.model = model
    self.contextSize = contextSize
    self.batchSize = batchSize
    cache = await model.makeCache()
  }

  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float] {
    guard length + tokens.count <= contextSize else {
      throw TenfoldError(.contextOverflow, "\(length + tokens.count) tokens; the context takes \(contextSize).", framework: MLXLoader.framework)
    }
    var rows: [Float] = []
    var rest = tokens[...]
    while !rest.isEmpty {
      try Task.checkCancellation()
      let piece = Array(rest.prefix(batchSize))
      rest = rest.dropFirst(piece.count)
      do {
        rows += try await cache.forward(piece, wanted: wanted == .last && !rest.isEmpty ? .none : wanted)
      } catch {
        throw TenfoldError.from(error, .generationFailed, "MLX failed to compute", framework: MLXLoader.framework)
      }
      length += piece.count
    }
    return rows
  }

  func truncate(to kept: Int) async throws -> Int {
    guard kept < length else { return length }
    length -= await cache.trim(length - kept)
    if length > kept {
      // A cache that forgot how it was before is of no use any more.
      cache = await model.makeCache()
      length = 0
    }
    return length
  }

  func memory() async -> MemoryUse { MemoryUse(kvCacheBytes: await cache.sizeBytes()) }
}
