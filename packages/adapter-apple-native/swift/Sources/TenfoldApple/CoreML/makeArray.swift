import CoreML
import Foundation

/// An array of a shape, filled in its order.
func makeArray(_ shape: [Int], _ type: ElementType, _ value: (Int) -> Float) throws -> MLMultiArray {
  let array = try MLMultiArray(shape: shape.map { NSNumber(value: $0) }, dataType: type.coreMl)
  let count = shape.reduce(1, *)
  // Made here, and therefore without gaps between its rows.
  array.withUnsafeMutableBytes { bytes, _ in
    for index in 0..<count { store(value(index), type, at: index, in: bytes) }
  }
  return array
}

private func store(_ value: Float, _ type: ElementType, at index: Int, in bytes: UnsafeMutableRawBufferPointer) {
  switch type {
  case .single: bytes.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
  case .half: bytes.storeBytes(of: HalfFloat.bits(value), toByteOffset: index * 2, as: UInt16.self)
  case .integer: bytes.storeBytes(of: Int32(value), toByteOffset: index * 4, as: Int32.self)
  case .double: bytes.storeBytes(of: Double(value), toByteOffset: index * 8, as: Double.self)
  }
}
