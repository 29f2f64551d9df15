import CoreML
import Foundation

/// One row along the last dimension, whatever gaps the array has between its rows.
/// - Parameter row: its number among all rows, in their order.
func readRow(_ row: Int, of array: MLMultiArray) throws -> [Float] {
  guard let type = ElementType(array.dataType), let size = array.shape.last?.intValue, let step = array.strides.last?.intValue else {
    throw TenfoldError(.generationFailed, "The model gave numbers of a type that is not known.", framework: "core-ml")
  }
  var rest = row
  var start = 0
  for (length, stride) in zip(array.shape, array.strides).dropLast().reversed() {
    start += rest % length.intValue * stride.intValue
    rest /= length.intValue
  }
  guard rest == 0 else { throw TenfoldError(.generationFailed, "The model gave fewer rows of logits than it was asked for.", framework: "core-ml") }
  return array.withUnsafeBytes { bytes in
    (0..<size).map { load(type, at: start + $0 * step, in: bytes) }
  }
}

private func load(_ type: ElementType, at index: Int, in bytes: UnsafeRawBufferPointer) -> Float {
  switch type {
  case .single: bytes.load(fromByteOffset: index * 4, as: Float.self)
  case .half: HalfFloat.single(bytes.load(fromByteOffset: index * 2, as: UInt16.self))
  case .integer: Float(bytes.load(fromByteOffset: index * 4, as: Int32.self))
  case .double: Float(bytes.load(fromByteOffset: index * 8, as: Double.self))
  }
}
