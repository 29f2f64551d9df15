import CoreML
import Foundation

/// Loads models for Core ML, in the role `logits`: sampling, templates and stops are Tenfold's.
public struct CoreMLLoader: ModelLoader {
  private let compiledModels: CompiledModels

  /// A loader that keeps compiled models in a folder.
  public init(compiledModels: CompiledModels) { self.compiledModels = compiledModels }

  /// Compiles where that is still to be done, and loads. `progress` knows two steps, since Core ML reports none of its own.
  public func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    guard request.wantsLogits else {
      throw TenfoldError(.unsupportedRequest, "Core ML computes logits; whole answers are made of them elsewhere.", framework: "core-ml")
    }
    let units = try computeUnits(request.options.accelerator)
    let source = try ModelSource(request)
    defer { source.removeCopy() }
    let compiled =
      source.url.pathExtension == "mlmodelc" ? source.url : try await models(request).compiled(source.url, digest: request.filesDigest)
    try Task.checkCancellation()
    progress(0.6)
    let (contextSize, batchSize) = (request.options.contextSize, request.options.batchSize ?? 64)
    let computer = try await offPool { try CoreMLComputer(compiled: compiled, units: units, contextSize: contextSize, batchSize: batchSize) }
    progress(1)
    let sequences = (0..<request.options.parallel).map { CoreMLSequence(number: $0, computer: computer) }
    return LogitsModel(
      vocabularySize: computer.layout.vocabularySize, contextSize: computer.contextSize,
      weightsBytes: request.files.reduce(0) { $0 + $1.sizeBytes }, sequences: sequences)
  }

  /// The compute units that an accelerator of the contract means.
  func computeUnits(_ accelerator: String) throws -> MLComputeUnits {
    switch accelerator {
    case "auto", "core-ml": .all
    case "cpu": .cpuOnly
    case "metal": .cpuAndGPU
    case "neural-engine": .cpuAndNeuralEngine
    default:
      throw TenfoldError(.invalidInput, "Core ML has no accelerator \"\(accelerator)\"; it has core-ml, cpu, metal and neural-engine.", framework: "core-ml")
    }
  }

  private func models(_ request: LoadRequest) throws -> CompiledModels {
    let folder = try Members(request.options.frameworkOptions, of: "frameworkOptions").optionalText("cacheFolder")
    return folder.map { CompiledModels(folder: URL(fileURLWithPath: $0, isDirectory: true)) } ?? compiledModels
  }
}
