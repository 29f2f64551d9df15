/// Native memory in use, in bytes, as the framework accounts for it.
public struct MemoryUse: Sendable, Equatable {
  /// The model's weights.
  public var weightsBytes: Int
  /// Keys and values of what was computed.
  public var kvCacheBytes: Int
  /// What computing itself takes.
  public var computeBytes: Int

  /// Figures in bytes.
  public init(weightsBytes: Int = 0, kvCacheBytes: Int = 0, computeBytes: Int = 0) {
    self.weightsBytes = weightsBytes
    self.kvCacheBytes = kvCacheBytes
    self.computeBytes = computeBytes
  }

  /// All of it.
  public var totalBytes: Int { weightsBytes + kvCacheBytes + computeBytes }

  var value: Value { ["weightsBytes": .integer(weightsBytes), "kvCacheBytes": .integer(kvCacheBytes), "computeBytes": .integer(computeBytes)] }
}
