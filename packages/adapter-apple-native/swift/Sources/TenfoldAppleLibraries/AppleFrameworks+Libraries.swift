import TenfoldApple

extension AppleFrameworks {
  /// The same with MLX and Swift Transformers, where they run.
  public func addingLibraries() -> AppleFrameworks {
    var all = self
    #if arch(arm64) && !targetEnvironment(simulator)
      all = all.adding("mlx", MLXLoader(library: MLXSwiftLibrary()), .available(version: "3.31.4", accelerators: ["metal"], notes: ["mlx-swift-lm"]))
    #endif
    if #available(iOS 18.0, macOS 15.0, *) {
      let compiled = CompiledModels(folder: AppleFrameworks.defaultCacheFolder)
      all = all.adding(
        "swift-transformers", TransformersLoader(library: SwiftTransformersLibrary(), compiledModels: compiled),
        .available(version: "1.3.0", accelerators: ["core-ml", "neural-engine", "metal", "cpu"], notes: []))
    } else {
      let reason = "Swift Transformers needs iOS 18 or macOS 15."
      all = all.adding("swift-transformers", UnavailableLoader(reason: reason), .unavailable(reason: reason, remedy: "Update the system, or use Core ML."))
    }
    return all
  }
}

/// Stands where a framework would be, and says why it is not.
private struct UnavailableLoader: ModelLoader {
  let reason: String

  func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    throw TenfoldError(.frameworkUnavailable, reason, framework: request.framework)
  }
}
