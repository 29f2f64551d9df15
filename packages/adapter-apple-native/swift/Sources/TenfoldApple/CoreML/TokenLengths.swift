import CoreML
import Foundation

/// How many tokens a model takes at once.
enum TokenLengths: Equatable, Sendable {
  case range(ClosedRange<Int>)
  case choices([Int])

  /// Of the last dimension of the input with the tokens.
  init(_ constraint: MLMultiArrayConstraint) {
    let fixed = constraint.shape.last?.intValue ?? 1
    let shapes = constraint.shapeConstraint
    switch shapes.type {
    case .range:
      guard let range = shapes.sizeRangeForDimension.last?.rangeValue, range.length > 0 else {
        self = .choices([fixed])
        return
      }
      // Core ML says "no limit" by a length that reaches beyond what an Int holds.
      let (end, beyond) = range.location.addingReportingOverflow(range.length - 1)
      self = .range(max(1, range.location)...max(1, beyond ? .max : end))
    case .enumerated:
      let lengths = Set(shapes.enumeratedShapes.compactMap { $0.last?.intValue }.filter { $0 > 0 })
      self = .choices(lengths.isEmpty ? [fixed] : lengths.sorted())
    default: self = .choices([fixed])
    }
  }

  var largest: Int {
    switch self {
    case .range(let range): range.upperBound
    case .choices(let lengths): lengths.last ?? 1
    }
  }

  /// The shortest length that holds so many tokens, for models that see all of them each time.
  func fitting(_ count: Int) -> Int? {
    switch self {
    case .range(let range): count <= range.upperBound ? max(count, range.lowerBound) : nil
    case .choices(let lengths): lengths.first { $0 >= count }
    }
  }

  /// The longest length of at most so many tokens, for models with a cache, which nothing may be padded into.
  func chunk(of count: Int, atMost limit: Int) -> Int? {
    let most = min(count, limit)
    switch self {
    case .range(let range): return most >= range.lowerBound ? min(most, range.upperBound) : count >= range.lowerBound ? range.lowerBound : nil
    case .choices(let lengths): return lengths.last { $0 <= most } ?? lengths.last { $0 <= count }
    }
  }
}
