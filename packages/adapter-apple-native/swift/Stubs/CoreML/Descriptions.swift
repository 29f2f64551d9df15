import Foundation

// What the sources use of Core ML's descriptions, as the SDK declares it; the initializers are for tests: Core ML makes these objects itself.

public enum MLComputeUnits: Int, Sendable {
  case cpuOnly = 0
  case cpuAndGPU = 1
  case all = 2
  case cpuAndNeuralEngine = 3
}

public enum MLMultiArrayDataType: Int, Sendable {
  case double = 65600
  case float32 = 65568
  case float16 = 65552
  case int32 = 131104
  case int8 = 131080
}

public enum MLMultiArrayShapeConstraintType: Int, Sendable {
  case unspecified = 1
  case enumerated = 2
  case range = 3
}

public class MLMultiArrayShapeConstraint: NSObject {
  public let type: MLMultiArrayShapeConstraintType
  public let enumeratedShapes: [[NSNumber]]
  public let sizeRangeForDimension: [NSValue]

  /// For tests.
  public init(type: MLMultiArrayShapeConstraintType, enumeratedShapes: [[NSNumber]] = [], sizeRangeForDimension: [NSValue] = []) {
    self.type = type
    self.enumeratedShapes = enumeratedShapes
    self.sizeRangeForDimension = sizeRangeForDimension
  }
}

public class MLMultiArrayConstraint: NSObject {
  public let shape: [NSNumber]
  public let dataType: MLMultiArrayDataType
  public let shapeConstraint: MLMultiArrayShapeConstraint

  /// For tests.
  public init(shape: [NSNumber], dataType: MLMultiArrayDataType, shapeConstraint: MLMultiArrayShapeConstraint) {
    self.shape = shape
    self.dataType = dataType
    self.shapeConstraint = shapeConstraint
  }
}

public class MLStateConstraint: NSObject {
  public let bufferShape: [Int]
  public let dataType: MLMultiArrayDataType

  /// For tests.
  public init(bufferShape: [Int], dataType: MLMultiArrayDataType) {
    self.bufferShape = bufferShape
    self.dataType = dataType
  }
}

public class MLFeatureDescription: NSObject {
  public let name: String
  public let isOptional: Bool
  public let multiArrayConstraint: MLMultiArrayConstraint?
  public let stateConstraint: MLStateConstraint?

  /// For tests.
  public init(name: String, isOptional: Bool = false, multiArrayConstraint: MLMultiArrayConstraint? = nil, stateConstraint: MLStateConstraint? = nil) {
    self.name = name
    self.isOptional = isOptional
    self.multiArrayConstraint = multiArrayConstraint
    self.stateConstraint = stateConstraint
  }
}

public struct MLModelMetadataKey: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let creatorDefinedKey = MLModelMetadataKey(rawValue: "MLModelCreatorDefinedKey")
}

public class MLModelDescription: NSObject {
  public let inputDescriptionsByName: [String: MLFeatureDescription]
  public let outputDescriptionsByName: [String: MLFeatureDescription]
  public let stateDescriptionsByName: [String: MLFeatureDescription]
  public let metadata: [MLModelMetadataKey: Any]

  /// For tests.
  public init(
    inputs: [MLFeatureDescription], outputs: [MLFeatureDescription], states: [MLFeatureDescription] = [], metadata: [MLModelMetadataKey: Any] = [:]
  ) {
    inputDescriptionsByName = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0) })
    outputDescriptionsByName = Dictionary(uniqueKeysWithValues: outputs.map { ($0.name, $0) })
    stateDescriptionsByName = Dictionary(uniqueKeysWithValues: states.map { ($0.name, $0) })
    self.metadata = metadata
  }
}
