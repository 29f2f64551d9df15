import CoreML
import Foundation

#if canImport(FoundationModels)
  import FoundationModels
#endif

/// The frameworks that come with Apple's systems; libraries that an application links join them.
public struct AppleFrameworks: Sendable {
  /// What loads models, by the names of frameworks.
  public private(set) var loaders: [String: any ModelLoader]
  /// Whether each runs here.
  public private(set) var support: [String: FrameworkSupport]

  /// Core ML and Apple's language model.
  /// - Parameter cacheFolder: for what Core ML compiles.
  public init(cacheFolder: URL) {
    loaders = ["core-ml": CoreMLLoader(compiledModels: CompiledModels(folder: cacheFolder)), FoundationModelsLoader.framework: FoundationModelsLoader()]
    support = ["core-ml": Self.coreMl, FoundationModelsLoader.framework: Self.foundationModels]
  }

  /// The same with one framework more.
  public func adding(_ name: String, _ loader: any ModelLoader, _ added: FrameworkSupport) -> AppleFrameworks {
    var all = self
    all.loaders[name] = loader
    all.support[name] = added
    return all
  }

  /// The folder for what Core ML compiles, in the user's caches, which the system may empty.
  public static var defaultCacheFolder: URL {
    let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first ?? FileManager.default.temporaryDirectory
    return caches.appendingPathComponent("tenfold/core-ml", isDirectory: true)
  }

  private static var system: String {
    let version = ProcessInfo.processInfo.operatingSystemVersion
    #if os(macOS)
      return "macOS \(version.majorVersion).\(version.minorVersion)"
    #elseif os(iOS)
      return "iOS \(version.majorVersion).\(version.minorVersion)"
    #else
      return "\(version.majorVersion).\(version.minorVersion)"
    #endif
  }

  private static var coreMl: FrameworkSupport {
    #if canImport(Darwin)
      #if targetEnvironment(simulator)
        return .available(version: system, accelerators: ["cpu"], notes: ["A simulator computes on the CPU of its Mac."])
      #elseif arch(arm64)
        return .available(version: system, accelerators: ["core-ml", "neural-engine", "metal", "cpu"], notes: [])
      #else
        return .available(version: system, accelerators: ["core-ml", "metal", "cpu"], notes: ["This Mac has no Neural Engine."])
      #endif
    #else
      return .unavailable(reason: "Core ML runs on Apple's systems only.", remedy: "Choose a variant in GGUF or ONNX.")
    #endif
  }

  private static var foundationModels: FrameworkSupport {
    #if canImport(FoundationModels) && canImport(Darwin)
      if #available(iOS 26.0, macOS 26.0, *) {
        if let refusal = refusal(of: SystemLanguageModel.default.availability) {
          return .unavailable(reason: refusal.message, remedy: refusal.remedy ?? "Try again later.")
        }
        return .available(version: system, accelerators: ["neural-engine"], notes: [])
      }
    #endif
    return .unavailable(reason: "This system has no language model of Apple's.", remedy: "It needs iOS 26 or macOS 26, and Apple Intelligence.")
  }
}
