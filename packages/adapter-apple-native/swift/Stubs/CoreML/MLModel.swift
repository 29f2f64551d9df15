import Foundation

public class MLModelConfiguration: NSObject {
  public var computeUnits: MLComputeUnits = .all
}

public class MLState: NSObject {
  /// For tests.
  public var kept: [String: [Float]] = [:]
}

public class MLModel: NSObject {
  public let modelDescription: MLModelDescription
  private let compute: StubbedModel.Compute

  public init(contentsOf url: URL, configuration: MLModelConfiguration) throws {
    let model = try StubbedModel.found(at: url)
    modelDescription = model.description()
    compute = model.compute
    model.opened(configuration.computeUnits)
  }

  public static func compileModel(at modelURL: URL) async throws -> URL { try StubbedModel.compile(modelURL) }
  public func makeState() -> MLState { MLState() }
  public func prediction(from input: any MLFeatureProvider) throws -> any MLFeatureProvider { try compute(input, nil) }
  public func prediction(from input: any MLFeatureProvider, using state: MLState) throws -> any MLFeatureProvider { try compute(input, state) }
}
