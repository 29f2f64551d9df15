import CoreML
import Foundation

/// What a Core ML language model takes and gives, found in its description.
struct ModelLayout: Equatable, Sendable {
  /// Where keys and values of earlier tokens are.
  enum Cache: Equatable, Sendable {
    /// Nowhere: the model sees all tokens each time.
    case none
    /// In the model's states, of so many bytes.
    case states(sizeBytes: Int)
    /// In inputs, each given back as an output.
    case arrays([CacheArray])
  }

  struct CacheArray: Equatable, Sendable {
    let input: String
    let output: String
    let shape: [Int]
    let type: ElementType
  }

  struct Input: Equatable, Sendable {
    let name: String
    let rank: Int
    let type: ElementType
  }

  let tokens: Input
  let lengths: TokenLengths
  /// Marks which tokens there are: `[1, n]`, or `[1, 1, n, all]`, 0 for what is seen and −∞ for what is not.
  let mask: Input?
  /// Where each token stands.
  let positions: Input?
  let cache: Cache
  let logits: String
  let vocabularySize: Int
  /// True when there is a row of logits for each token, false for one row in all.
  let rowForEachToken: Bool
  /// Tokens that its cache, or its input, takes; nil where the model does not say.
  let contextSize: Int?

  /// The cache can be cut back to any length, since what a token sees is told from outside.
  var truncates: Bool {
    switch cache {
    case .none: true
    case .states, .arrays: (mask?.rank ?? 0) == 4 || positions != nil
    }
  }
}

/// Types of elements that a model's arrays can have.
enum ElementType: Equatable, Sendable {
  case integer, half, single, double

  init?(_ type: MLMultiArrayDataType) {
    switch type {
    case .int32: self = .integer
    case .float16: self = .half
    case .float32: self = .single
    case .double: self = .double
    default: return nil
    }
  }

  var coreMl: MLMultiArrayDataType {
    switch self {
    case .integer: .int32
    case .half: .float16
    case .single: .float32
    case .double: .double
    }
  }

  var sizeBytes: Int {
    switch self {
    case .half: 2
    case .integer, .single: 4
    case .double: 8
    }
  }
}
