import Foundation

public class MLMultiArray: NSObject {
  public let shape: [NSNumber]
  public let strides: [NSNumber]
  public let dataType: MLMultiArrayDataType
  public let count: Int
  private let memory: UnsafeMutableRawBufferPointer

  public init(shape: [NSNumber], dataType: MLMultiArrayDataType) throws {
    self.shape = shape
    self.dataType = dataType
    count = shape.reduce(1) { $0 * $1.intValue }
    var strides: [NSNumber] = []
    var next = 1
    for size in shape.reversed() {
      strides.insert(NSNumber(value: next), at: 0)
      next *= size.intValue
    }
    self.strides = strides
    let elementBytes = dataType == .float16 ? 2 : dataType == .double ? 8 : 4
    memory = .allocate(byteCount: max(1, count * elementBytes), alignment: 64)
    // As the SDK leaves it: whatever was there before. Something that no test could take for a value.
    memory.initializeMemory(as: UInt8.self, repeating: 0x7b)
  }

  deinit { memory.deallocate() }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R { try body(UnsafeRawBufferPointer(memory)) }

  public func withUnsafeMutableBytes<R>(_ body: (UnsafeMutableRawBufferPointer, [Int]) throws -> R) rethrows -> R {
    try body(memory, strides.map(\.intValue))
  }
}

public class MLFeatureValue: NSObject {
  public let multiArrayValue: MLMultiArray?
  public init(multiArray: MLMultiArray) { multiArrayValue = multiArray }
}

public protocol MLFeatureProvider {
  var featureNames: Set<String> { get }
  func featureValue(for featureName: String) -> MLFeatureValue?
}

public class MLDictionaryFeatureProvider: NSObject, MLFeatureProvider {
  private let values: [String: MLFeatureValue]

  public init(dictionary: [String: Any]) throws { values = dictionary.compactMapValues { $0 as? MLFeatureValue } }
  public var featureNames: Set<String> { Set(values.keys) }
  public func featureValue(for featureName: String) -> MLFeatureValue? { values[featureName] }
}
