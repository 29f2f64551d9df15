import Foundation

/// What is used of the package mlx-swift-lm, so that all but a few lines is tested where it cannot be compiled.
public protocol MLXLibrary: Sendable {
  /// The most bytes that the GPU may use, and that may be kept for later.
  func setLimits(memoryBytes: Int?, cacheBytes: Int) async
  /// Loads the model of a folder of safetensors.
  func load(folder: URL, progress: @escaping @Sendable (Double) -> Void) async throws -> any MLXModel
}

/// A model of the library.
public protocol MLXModel: Sendable {
  /// Size of a row of logits.
  var vocabularySize: Int { get }
  /// Bytes that are in use, and that are kept for later.
  func memory() async -> (activeBytes: Int, cacheBytes: Int)
  /// A cache with nothing in it.
  func makeCache() async -> any MLXCache
  /// Gives back what is kept for later.
  func clearKept() async
}

/// Keys and values of one sequence, and the model that they are of.
public protocol MLXCache: Sendable {
  /// Computes tokens behind those of the cache.
  /// - Returns: the logits of the last one, or of all, one row behind the other; nothing for `none`.
  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float]
  /// Drops so many tokens from the end. Returns how many were dropped: a cache that slides drops none.
  func trim(_ count: Int) async -> Int
  /// Bytes of its keys and values.
  func sizeBytes() async -> Int
}
