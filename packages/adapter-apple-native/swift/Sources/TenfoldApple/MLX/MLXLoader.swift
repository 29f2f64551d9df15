import Foundation

/// Loads folders of safetensors with MLX.
public struct MLXLoader: ModelLoader {
  static let framework = "mlx"
  private static let defaultCacheBytes = 256 << 20
  private let library: any MLXLibrary

  /// A loader over the library.
  public init(library: any MLXLibrary) { self.library = library }

  /// Looks at the folder, sets what the GPU may use, and loads.
  public func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    guard !request.wantsLogits else {
      throw TenfoldError(.unsupportedRequest, "This host has whole answers of MLX, not its logits.", remedy: "The host in Python has them.", framework: Self.framework)
    }
    guard ["auto", "metal"].contains(request.options.accelerator) else {
      throw TenfoldError(.invalidInput, "MLX computes on metal here, not on \(request.options.accelerator).", framework: Self.framework)
    }
    let folder = try MLXFolder(request)
    let cacheBytes = request.options.frameworkOptions["cacheLimitBytes"]?.integer ?? Self.defaultCacheBytes
    guard cacheBytes >= 0 else { throw TenfoldError(.invalidInput, "cacheLimitBytes is below 0.", framework: Self.framework) }
    await library.setLimits(memoryBytes: request.options.memoryLimitBytes, cacheBytes: cacheBytes)
    do {
      let model = try await library.load(folder: folder.url, progress: progress)
      return MLXService(model: model, contextSize: folder.contextSize, prefillStep: request.options.batchSize ?? 512)
    } catch {
      throw TenfoldError.from(error, .loadFailed, "MLX does not load the model", framework: Self.framework)
    }
  }
}
