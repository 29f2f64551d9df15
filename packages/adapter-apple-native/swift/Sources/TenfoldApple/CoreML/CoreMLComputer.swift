import CoreML
import Foundation

/// One Core ML model and the caches of its sequences. Predictions are done one at a time, off the main actor.
actor CoreMLComputer {
  /// What a sequence holds.
  private final class Held {
    /// Tokens in the cache; all of them where the model sees all each time.
    var tokens: [Int32] = []
    /// An `MLState`, where the system has them.
    var state: AnyObject?
    var arrays: [String: MLMultiArray] = [:]
  }

  private nonisolated let executor = QueueExecutor("tenfold.core-ml")
  /// The queue that all of it is done on.
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let layout: ModelLayout
  let contextSize: Int
  private let model: MLModel
  private let batchSize: Int
  private var held: [Int: Held] = [:]

  /// Opens a compiled model.
  /// - Throws: ``TenfoldError`` `load-failed`, `unsupported-format`.
  init(compiled: URL, units: MLComputeUnits, contextSize wanted: Int?, batchSize: Int) throws {
    let configuration = MLModelConfiguration()
    configuration.computeUnits = units
    do {
      model = try MLModel(contentsOf: compiled, configuration: configuration)
    } catch {
      throw TenfoldError.from(error, .loadFailed, "Core ML does not load the model", framework: "core-ml")
    }
    layout = try ModelLayout(model.modelDescription)
    contextSize = min(wanted ?? 4096, layout.contextSize ?? .max)
    self.batchSize = batchSize
  }

  /// Adds tokens to a sequence.
  func forward(_ tokens: [Int32], wanted: Call.WantedLogits, of sequence: Int) throws -> [Float] {
    // Also after a failure what was computed stays, and `truncate` says how much that is.
    let one = held[sequence] ?? Held()
    held[sequence] = one
    guard one.tokens.count + tokens.count <= contextSize else {
      throw TenfoldError(
        .contextOverflow, "\(one.tokens.count + tokens.count) tokens; the context takes \(contextSize).", framework: "core-ml")
    }
    if case .none = layout.cache { return try seeAll(one, tokens, wanted) }
    var rows: [Float] = []
    var rest = tokens[...]
    while !rest.isEmpty {
      try Task.checkCancellation()
      let most = wanted == .all && !layout.rowForEachToken ? 1 : batchSize
      guard let count = layout.lengths.chunk(of: rest.count, atMost: most) else { break }
      let chunk = Array(rest.prefix(count))
      let isLast = count == rest.count
      rows += try withAutoreleasePool { try addChunk(chunk, to: sequence, wanted: wanted == .last && !isLast ? .none : wanted) }
      rest = rest.dropFirst(count)
    }
    return rows
  }

  /// Drops all but the first tokens.
  func truncate(to length: Int, of sequence: Int) -> Int {
    guard let one = held[sequence], length < one.tokens.count else { return held[sequence]?.tokens.count ?? 0 }
    if length > 0, layout.truncates {
      one.tokens = Array(one.tokens.prefix(length))
      return length
    }
    // States begin anew as zeros.
    held[sequence] = nil
    return 0
  }

  /// Lets go of a sequence.
  func release(_ sequence: Int) { held[sequence] = nil }

  /// Bytes of the cache of one sequence.
  nonisolated var cacheBytes: Int {
    switch layout.cache {
    case .none: 0
    case .states(let sizeBytes): sizeBytes
    case .arrays(let arrays): arrays.reduce(0) { sum, array in sum + array.shape.reduce(array.type.sizeBytes, *) }
    }
  }

  private func addChunk(_ chunk: [Int32], to sequence: Int, wanted: Call.WantedLogits) throws -> [Float] {
    guard let one = held[sequence] else { return [] }
    let past = one.tokens.count
    var features = try inputs(chunk, past: past, padTo: chunk.count)
    let output: any MLFeatureProvider
    if case .arrays(let arrays) = layout.cache {
      for array in arrays { features[array.input] = try one.arrays[array.input] ?? makeArray(array.shape, array.type) { _ in 0 } }
      output = try predict(features, stateOf: nil)
      for array in arrays { one.arrays[array.input] = try value(array.output, of: output) }
    } else {
      output = try predict(features, stateOf: one)
    }
    one.tokens += chunk
    return try rows(of: output, from: 0, count: chunk.count, wanted: wanted)
  }

  /// For models without a cache: everything is computed again. Padding stands behind the tokens, where no token looks.
  private func seeAll(_ one: Held, _ tokens: [Int32], _ wanted: Call.WantedLogits) throws -> [Float] {
    let before = one.tokens
    if wanted == .none {
      one.tokens += tokens
      return []
    }
    if wanted == .all, !layout.rowForEachToken {
      var rows: [Float] = []
      for token in tokens { rows += try seeAll(one, [token], .last) }
      return rows
    }
    try Task.checkCancellation()
    let all = before + tokens
    guard let length = layout.lengths.fitting(all.count) else {
      throw TenfoldError(.contextOverflow, "\(all.count) tokens; the model takes \(layout.lengths.largest).", framework: "core-ml")
    }
    // One row in all is that of the last place, so that nothing may stand behind the tokens.
    guard length == all.count || layout.rowForEachToken else {
      throw TenfoldError(.unsupportedFormat, "The model gives logits of the last place only and takes no \(all.count) tokens.", framework: "core-ml")
    }
    let result = try withAutoreleasePool {
      let output = try predict(inputs(all, past: 0, padTo: length), stateOf: nil)
      return try rows(of: output, from: before.count, count: tokens.count, wanted: wanted)
    }
    one.tokens = all
    return result
  }

  private func inputs(_ tokens: [Int32], past: Int, padTo length: Int) throws -> [String: MLMultiArray] {
    let flat = layout.tokens.rank == 1
    var features = [
      layout.tokens.name: try makeArray(flat ? [length] : [1, length], layout.tokens.type) { $0 < tokens.count ? Float(tokens[$0]) : 0 }
    ]
    if let positions = layout.positions {
      features[positions.name] = try makeArray(positions.rank == 1 ? [length] : [1, length], positions.type) { Float(past + $0) }
    }
    if let mask = layout.mask {
      features[mask.name] = try makeMask(mask, tokens: tokens.count, past: past, length: length)
    }
    return features
  }

  private func makeMask(_ mask: ModelLayout.Input, tokens: Int, past: Int, length: Int) throws -> MLMultiArray {
    if mask.rank != 4 { return try makeArray(mask.rank == 1 ? [past + length] : [1, past + length], mask.type) { $0 < past + tokens ? 1 : 0 } }
    let total = past + length
    return try makeArray([1, 1, length, total], mask.type) { index in
      let isSeen = index % total <= past + index / total
      // Whole numbers have nothing that is added to scores and leaves none of them: they say yes or no.
      if mask.type == .integer { return isSeen ? 1 : 0 }
      return isSeen ? 0 : mask.type == .half ? -65504 : -.greatestFiniteMagnitude
    }
  }

  private func predict(_ features: [String: MLMultiArray], stateOf one: Held?) throws -> any MLFeatureProvider {
    let input = try MLDictionaryFeatureProvider(dictionary: features.mapValues { MLFeatureValue(multiArray: $0) })
    do {
      if #available(iOS 18.0, macOS 15.0, *), let one {
        let state = one.state as? MLState ?? model.makeState()
        one.state = state
        return try model.prediction(from: input, using: state)
      }
      return try model.prediction(from: input)
    } catch {
      throw TenfoldError.from(error, .generationFailed, "Core ML failed to compute", framework: "core-ml")
    }
  }

  private func value(_ name: String, of output: any MLFeatureProvider) throws -> MLMultiArray {
    guard let array = output.featureValue(for: name)?.multiArrayValue else {
      throw TenfoldError(.generationFailed, "The model gave no \"\(name)\", which its description has.", framework: "core-ml")
    }
    return array
  }

  private func rows(of output: any MLFeatureProvider, from first: Int, count: Int, wanted: Call.WantedLogits) throws -> [Float] {
    if wanted == .none { return [] }
    let array = try value(layout.logits, of: output)
    guard array.shape.last?.intValue == layout.vocabularySize else {
      throw TenfoldError(.generationFailed, "The model gave logits of another size than its description has.", framework: "core-ml")
    }
    // A model may give the last row alone whatever it was described as.
    let rows = array.count / layout.vocabularySize
    if wanted == .last { return try readRow(rows == 1 ? 0 : first + count - 1, of: array) }
    return try (0..<count).flatMap { try readRow(first + $0, of: array) }
  }
}
