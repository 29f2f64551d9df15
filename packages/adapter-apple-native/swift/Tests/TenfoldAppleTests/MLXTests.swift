import Foundation
import Testing

@testable import TenfoldApple

private let lyingFolders: [(config: String?, paths: [String]?, expected: ErrorCode)] = [
  (nil, ["config.json", "tokenizer.json"], ErrorCode.invalidFormat), (nil, ["tokenizer.json", "a.safetensors"], .invalidFormat),
  (nil, ["config.json", "a.safetensors"], .invalidFormat), ("[]", nil, .invalidFormat), ("{", nil, .invalidFormat), ("{}", nil, .invalidFormat),
  (#"{"model_type":"x","auto_map":{}}"#, nil, .unsupportedFormat), (#"{"model_type":"x","quantization":{}}"#, nil, .invalidFormat),
  (#"{"model_type":"x","quantization":{"bits":7}}"#, nil, .unsupportedFormat),
  (#"{"model_type":"x"}"#, ["config.json", "tokenizer.json", "a.safetensors", "model.py"], .unsupportedFormat),
]

private actor Cache: MLXCache {
  private var tokens: [Int] = []
  private let trims: Bool
  init(trims: Bool) { self.trims = trims }

  func forward(_ added: [Int32], wanted: Call.WantedLogits) throws -> [Float] {
    if added.contains(7) { throw CocoaError(.featureUnsupported) }
    let before = tokens.count
    tokens += added.map(Int.init)
    switch wanted {
    case .none: return []
    case .last: return expectedRow(after: tokens)
    case .all: return expectedRows(tokens, from: before)
    }
  }

  func trim(_ count: Int) -> Int {
    guard trims else { return 0 }
    tokens.removeLast(count)
    return count
  }

  func sizeBytes() -> Int { tokens.count * 4 }
}

private struct Model: MLXModel {
  let vocabularySize = vocabulary
  let trims: Bool
  let library: Library
  func memory() async -> (activeBytes: Int, cacheBytes: Int) { (1000, 1) }
  func makeCache() async -> any MLXCache { Cache(trims: trims) }
  func clearKept() async { await library.note("clear") }
}

private actor Library: MLXLibrary {
  private(set) var did: [String] = []
  private let trims: Bool
  private let fails: Bool
  init(trims: Bool = true, fails: Bool = false) {
    self.trims = trims
    self.fails = fails
  }

  func note(_ what: String) { did.append(what) }
  func setLimits(memoryBytes: Int?, cacheBytes: Int) { did.append("limit \(memoryBytes ?? 0) \(cacheBytes >> 20)") }
  func load(folder: URL, progress: @escaping @Sendable (Double) -> Void) async throws -> any MLXModel {
    if fails { throw CocoaError(.fileReadCorruptFile) }
    progress(1)
    return Model(trims: trims, library: self)
  }
}

private func request(
  _ folder: URL, config: String? = #"{"model_type":"llama","max_position_embeddings":32,"quantization":{"bits":4}}"#,
  paths: [String] = ["config.json", "tokenizer.json", "model.safetensors"], options: Value = [:], role: String = "logits"
) throws -> LoadRequest {
  if let config { try Data(config.utf8).write(to: folder.appendingPathComponent("config.json")) }
  let files = paths.map { Value.object(["path": .text($0), "sizeBytes": 1]) }
  return try LoadRequest(loadMessage(framework: "mlx", role: role, format: "safetensors", files: files, directory: folder, options: options))
}

struct MLXTests {
  @Test(arguments: [true, false])
  func aPromptGivesTheSameLogitsInPiecesAndAfterItsCacheWasCut(trims: Bool) async throws {
    try await withFolder { folder in
      let library = Library(trims: trims)
      let model = try await MLXLoader(library: library).load(request(folder, options: ["batchSize": 2, "memoryLimitBytes": 5000])) { _ in }
      #expect(model.greeting.contextSize == 32)
      #expect(try await model.forward([1, 2, 3, 4, 5]) == expectedRows([1, 2, 3, 4, 5]))
      let kept = try await model.truncate(to: 3)
      #expect(kept == (trims ? 3 : 0))
      #expect(try await model.forward(Array([1, 2, 3, 6, 5][kept...]), .last) == expectedRow(after: [1, 2, 3, 6, 5]))
      #expect(try await model.truncate(to: 9) == 5)
      #expect(await model.memory() == MemoryUse(weightsBytes: 1000, kvCacheBytes: 20))
      #expect(await code { try await model.forward(Array(repeating: 1, count: 40)) } == .contextOverflow)
      #expect(await code { try await model.forward([7]) } == .generationFailed)
      await model.dispose()
      #expect(await library.did == ["limit 5000 256", "clear"])
    }
  }

  @Test func nothingMoreIsComputedForWhoeverCancelled() async throws {
    try await withFolder { folder in
      let model = try await MLXLoader(library: Library()).load(request(folder)) { _ in }
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await model.forward([1])
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test(arguments: lyingFolders)
  func aFolderThatLiesIsRefusedBeforeMLXSeesIt(config: String?, paths: [String]?, expected: ErrorCode) async throws {
    try await withFolder { folder in
      let asked = try request(folder, config: config, paths: paths ?? ["config.json", "tokenizer.json", "a.safetensors"])
      #expect(await code { try await MLXLoader(library: Library()).load(asked) { _ in } } == expected)
    }
  }

  @Test func whatItCannotDoIsSaid() async throws {
    try await withFolder { folder in
      let load = { (asked: LoadRequest, library: Library) in try await MLXLoader(library: library).load(asked) { _ in } }
      #expect(await code { try await load(request(folder, role: "model"), Library()) } == .unsupportedRequest)
      #expect(await code { try await load(request(folder, options: ["accelerator": "cpu"]), Library()) } == .invalidInput)
      #expect(await code { try await load(request(folder, options: ["frameworkOptions": ["lora": []]]), Library()) } == .unsupportedRequest)
      #expect(await code { try await load(request(folder), Library(fails: true)) } == .loadFailed)
      #expect(await code { try await load(LoadRequest(loadMessage(framework: "mlx")), Library()) } == .invalidFormat)
      let plain = try MLXFolder(request(folder, config: #"{"model_type":"x","quantization":null}"#))
      #expect(plain.bits == nil)
    }
  }
}
