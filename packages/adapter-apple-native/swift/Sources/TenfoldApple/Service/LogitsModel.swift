/// One sequence of a model that computes logits. Its calls never overlap.
public protocol LogitsSequence: Sendable {
  /// Adds tokens to the cache.
  /// - Returns: a row of logits for each token asked for, one behind the other.
  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float]
  /// Drops all but the first tokens. Returns how many are kept: `length`, or fewer.
  func truncate(to length: Int) async throws -> Int
  /// Memory of this sequence.
  func memory() async -> MemoryUse
}

/// Logits of several sequences that share their weights.
public actor LogitsModel: ServedModel {
  /// What it says of itself.
  public nonisolated let greeting: Greeting
  private let vocabularySize: Int
  private let weightsBytes: Int
  private let onDispose: @Sendable () async -> Void
  private var sequences: [Int: any LogitsSequence]

  /// A model over its sequences.
  /// - Parameter onDispose: frees what no sequence holds.
  public init(
    vocabularySize: Int, contextSize: Int, weightsBytes: Int, sequences: [any LogitsSequence], onDispose: @escaping @Sendable () async -> Void = {}
  ) {
    greeting = Greeting(role: .logits(vocabularySize: vocabularySize, sequences: sequences.count, forks: false), contextSize: contextSize)
    self.vocabularySize = vocabularySize
    self.weightsBytes = weightsBytes
    self.onDispose = onDispose
    self.sequences = Dictionary(uniqueKeysWithValues: sequences.enumerated().map { ($0, $1) })
  }

  /// Weights, and what the sequences hold.
  public func memory() async -> MemoryUse {
    var sum = MemoryUse(weightsBytes: weightsBytes)
    for sequence in sequences.values {
      let own = await sequence.memory()
      sum.kvCacheBytes += own.kvCacheBytes
      sum.computeBytes += own.computeBytes
    }
    return sum
  }

  /// Computes, cuts back and releases.
  public func call(_ call: Call) async throws -> Value {
    switch call {
    case .forward(let number, let tokens, let wanted):
      let sequence = try sequence(number)
      guard tokens.allSatisfy({ $0 >= 0 && Int($0) < vocabularySize }) else {
        throw TenfoldError(.invalidInput, "A token is none of the \(vocabularySize) that the model has.")
      }
      if tokens.isEmpty { return .floats([]) }
      return .floats(try await sequence.forward(tokens, wanted: wanted))
    case .truncate(let number, let length): return .integer(try await sequence(number).truncate(to: length))
    case .release(let number):
      _ = try sequence(number)
      sequences[number] = nil
      return .null
    case .fork: throw TenfoldError(.unsupportedRequest, "The caches of this model cannot be copied.")
    default: throw TenfoldError(.unsupportedRequest, "This model computes logits and offers nothing else.")
    }
  }

  /// Lets go of all sequences.
  public func dispose() async {
    sequences = [:]
    await onDispose()
  }

  private func sequence(_ number: Int) throws -> any LogitsSequence {
    guard let sequence = sequences[number] else { throw TenfoldError(.invalidInput, "There is no sequence \(number).") }
    return sequence
  }
}
