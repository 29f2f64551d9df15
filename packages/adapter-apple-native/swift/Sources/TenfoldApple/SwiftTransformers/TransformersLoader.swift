import CoreML
import Foundation

/// Loads Core ML models with swift-transformers, which brings sampling and templates of its own.
public struct TransformersLoader: ModelLoader {
  static let framework = "swift-transformers"
  private let library: any TransformersLibrary
  private let compiledModels: CompiledModels

  /// A loader over the library.
  public init(library: any TransformersLibrary, compiledModels: CompiledModels) {
    self.library = library
    self.compiledModels = compiledModels
  }

  /// Looks at the model with Core ML first, and hands it to the library only when it has all that the library takes for granted.
  public func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    guard !request.wantsLogits else {
      throw TenfoldError(.unsupportedRequest, "Swift Transformers shows no logits.", remedy: "Load the model with Core ML for them.", framework: Self.framework)
    }
    let source = try ModelSource(request)
    defer { source.removeCopy() }
    let compiled =
      source.url.pathExtension == "mlmodelc" ? source.url : try await compiledModels.compiled(source.url, digest: request.filesDigest)
    progress(0.5)
    let folder = request.directory ?? source.url.deletingLastPathComponent()
    let check = try await offPool { try checked(compiled, folder: folder) }
    do {
      let tokenizer = try await library.loadTokenizer(from: folder)
      try Task.checkCancellation()
      let model = try await library.loadModel(compiled: compiled, accelerator: request.options.accelerator, tokenizer: tokenizer)
      progress(1)
      let weightsBytes = request.files.reduce(0) { $0 + $1.sizeBytes }
      return TransformersService(model: model, tokenizer: tokenizer, check: check, accelerator: request.options.accelerator, weightsBytes: weightsBytes)
    } catch let error where !(error is CancellationError) {
      throw TenfoldError.from(error, .loadFailed, "Swift Transformers does not load the model", framework: Self.framework)
    }
  }
}

private func checked(_ compiled: URL, folder: URL) throws -> TransformersCheck {
  let configuration = MLModelConfiguration()
  // Its description is all that is wanted: nothing has to be prepared for an accelerator.
  configuration.computeUnits = .cpuOnly
  do {
    return try TransformersCheck(MLModel(contentsOf: compiled, configuration: configuration).modelDescription, folder: folder)
  } catch {
    throw TenfoldError.from(error, .loadFailed, "Core ML does not load the model", framework: TransformersLoader.framework)
  }
}
