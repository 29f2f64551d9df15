import Foundation
import MLX
import MLXLLM
import MLXLMCommon
import TenfoldApple
import Tokenizers

/// mlx-swift-lm behind the package's own interface. Compiled on Apple's systems only: nothing is decided here.
struct MLXSwiftLibrary: MLXLibrary {
  func setLimits(memoryBytes: Int?, cacheBytes: Int) async {
    if let memoryBytes { Memory.memoryLimit = memoryBytes }
    Memory.cacheLimit = cacheBytes
  }

  func load(folder: URL, progress: @escaping @Sendable (Double) -> Void) async throws -> any MLXModel {
    let container = try await loadModelContainer(from: folder, using: LocalTokenizerLoader())
    progress(0.9)
    // Any token tells how many logits there are.
    let size = await container.perform { context in
      context.model(MLXArray([Int32(0)]).expandedDimensions(axis: 0), cache: context.model.newCache(parameters: nil)).dim(-1)
    }
    progress(1)
    return MLXSwiftModel(container: container, vocabularySize: size)
  }
}

/// Tokens are Tenfold's: the library wants a tokenizer all the same, and gets the folder's own.
private struct LocalTokenizerLoader: TokenizerLoader {
  func load(from directory: URL) async throws -> any MLXLMCommon.Tokenizer {
    TokenizerBridge(try await AutoTokenizer.from(modelFolder: directory))
  }
}

struct MLXSwiftModel: MLXModel {
  let container: ModelContainer
  let vocabularySize: Int

  func memory() async -> (activeBytes: Int, cacheBytes: Int) { (Memory.activeMemory, Memory.cacheMemory) }

  func makeCache() async -> any MLXCache {
    let cache = await container.perform { context in CacheBox(context.model.newCache(parameters: nil)) }
    return MLXSwiftCache(container: container, box: cache)
  }

  func clearKept() async { Memory.clearCache() }
}

/// The library's caches are no Sendable: this one is touched within `perform` alone, which is one at a time.
private final class CacheBox: @unchecked Sendable {
  let layers: [any KVCache]
  init(_ layers: [any KVCache]) { self.layers = layers }
}

private struct MLXSwiftCache: MLXCache {
  let container: ModelContainer
  let box: CacheBox

  func forward(_ tokens: [Int32], wanted: Call.WantedLogits) async throws -> [Float] {
    await container.perform { context in
      let logits = context.model(MLXArray(tokens).expandedDimensions(axis: 0), cache: box.layers)
      switch wanted {
      case .none:
        eval(box.layers.flatMap(\.state))
        return []
      case .last: return logits[0, -1].asType(.float32).asArray(Float.self)
      case .all: return logits[0].asType(.float32).reshaped(-1).asArray(Float.self)
      }
    }
  }

  func trim(_ count: Int) async -> Int {
    await container.perform { _ in canTrimPromptCache(box.layers) ? trimPromptCache(box.layers, numTokens: count) : 0 }
  }

  func sizeBytes() async -> Int {
    await container.perform { _ in box.layers.flatMap(\.state).reduce(0) { $0 + $1.nbytes } }
  }
}
