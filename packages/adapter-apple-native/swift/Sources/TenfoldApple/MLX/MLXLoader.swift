import Foundation

/// Loads folders of safetensors with MLX, in the role `logits`: sampling, templates and stops are Tenfold's.
public struct MLXLoader: ModelLoader {
  static let framework = "mlx"
  private static let cacheBytes = 256 << 20
  private let library: any MLXLibrary

  /// A loader over the library.
  public init(library: any MLXLibrary) { self.library = library }

  /// Looks at the folder, sets what the GPU may use, and loads.
  public func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    guard request.wantsLogits else {
      throw TenfoldError(.unsupportedRequest, "MLX computes logits; whole answers are made of them elsewhere.", framework: Self.framework)
    }
    guard ["auto", "metal"].contains(request.options.accelerator) else {
      throw TenfoldError(.invalidInput, "MLX computes on metal here, not on \(request.options.accelerator).", framework: Self.framework)
    }
    // What the host in Python can be told, and this one cannot, is not silently left out.
    if let option = request.options.frameworkOptions.object?.keys.sorted().first {
      throw TenfoldError(.unsupportedRequest, "MLX in Swift has no option \(option).", remedy: "The host in Python has it.", framework: Self.framework)
    }
    let folder = try MLXFolder(request)
    await library.setLimits(memoryBytes: request.options.memoryLimitBytes, cacheBytes: Self.cacheBytes)
    do {
      let model = try await library.load(folder: folder.url, progress: progress)
      try Task.checkCancellation()
      let weightsBytes = await model.memory().activeBytes
      var sequences: [any LogitsSequence] = []
      for _ in 0..<request.options.parallel {
        sequences.append(await MLXSequence(model: model, contextSize: folder.contextSize, batchSize: request.options.batchSize ?? 512))
      }
      return LogitsModel(
        vocabularySize: model.vocabularySize, contextSize: folder.contextSize, weightsBytes: weightsBytes, sequences: sequences,
        onDispose: { await model.clearKept() })
    } catch let error where !(error is CancellationError) {
      throw TenfoldError.from(error, .loadFailed, "MLX does not load the model", framework: Self.framework)
    }
  }
}
