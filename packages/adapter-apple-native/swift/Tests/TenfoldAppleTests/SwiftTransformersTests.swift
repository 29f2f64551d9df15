import CoreML
import Foundation
import Testing

@testable import TenfoldApple

private let unsuitableModels: [(model: StubbedModel, words: String)] = [
  (StubbedModel(description: { MLModelDescription(inputs: [feature("input_ids", [1, 4])], outputs: [logitsOutput]) }), "no input \"inputIds\""),
  (StubbedModel(description: { MLModelDescription(inputs: [feature("inputIds", [1, 4], .float32)], outputs: [logitsOutput]) }), "whole numbers"),
  (
    StubbedModel(description: { MLModelDescription(inputs: [feature("inputIds", [4], range: [NSRange(location: 1, length: 4)])], outputs: [logitsOutput]) }),
    "1 dimensions"
  ),
  (StubbedModel(description: { MLModelDescription(inputs: [feature("inputIds", [1, 4])], outputs: [logitsOutput]) }), "how many tokens"),
  (StubbedModel(description: { MLModelDescription(inputs: [feature("inputIds", [1, 4], choices: [[1]])], outputs: [logitsOutput]) }), "how many tokens"),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput(1)], outputs: [logitsOutput]) }), "how many tokens"),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput()], outputs: [feature("scores", [1, 4, 8])]) }), "no output \"logits\""),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput()], outputs: [feature("logits", [1, 8])]) }), "of 2 dimensions; 3"),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput()], outputs: [logitsOutput], states: [state("keyCache", [1])]) }), "without the other"),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput(), feature("keyCache", [1])], outputs: [logitsOutput]) }), "does not support"),
  (StubbedModel(description: { MLModelDescription(inputs: [tokensInput()], outputs: [logitsOutput]) }), "in its metadata"),
]

private struct Words: TransformersTokenizer {
  let endToken: Int? = 0
  func encode(_ text: String) -> [Int] { text.unicodeScalars.map { Int($0.value) } }
  func decode(_ tokens: [Int]) -> String { String(String.UnicodeScalarView(tokens.compactMap { Unicode.Scalar($0) })) }
}

/// Says its prompt again, and notes what it was asked to do.
private actor Parrot: TransformersModel {
  struct Odd: Error {}
  private(set) var did: [String] = []
  private var gate: CheckedContinuation<Void, Never>?

  func resetState() { did.append("reset") }

  func generate(_ prompt: [Int], settings: TransformersSettings, onTokens: @escaping @Sendable ([Int]) -> Void) async throws -> [Int] {
    did.append("generate \(settings.maxNewTokens) of \(settings.maxLength) \(settings.samples)")
    if prompt == [33] { throw Odd() }
    var all = prompt
    for token in prompt.prefix(settings.maxNewTokens) {
      all.append(token)
      onTokens(all)
      if token == 63 { await withCheckedContinuation { gate = $0 } }
    }
    if prompt.count < settings.maxNewTokens { all.append(0) }
    return all
  }

  func open() async {
    while gate == nil { await Task.yield() }
    gate?.resume()
    gate = nil
  }
}

private struct ParrotLibrary: TransformersLibrary {
  let model = Parrot()
  func loadTokenizer(from folder: URL) async throws -> any TransformersTokenizer { Words() }
  func loadModel(compiled: URL, accelerator: String, tokenizer: any TransformersTokenizer) async throws -> any TransformersModel {
    if accelerator == "cpu" { throw CocoaError(.featureUnsupported) }
    return model
  }
}

private func withLoaded<Result>(
  _ model: StubbedModel = statefulModel, role: String = "model", options: Value = [:], without: String? = nil, library: ParrotLibrary = ParrotLibrary(),
  _ body: (any ServedModel) async throws -> Result
) async throws -> Result {
  try await withFolder { folder in
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json"] where file != without {
      try Data("{}".utf8).write(to: folder.appendingPathComponent(file))
    }
    let request = try LoadRequest(coreMlLoad(model, in: folder, options: options, role: role, framework: "swift-transformers"))
    let loader = TransformersLoader(library: library, compiledModels: CompiledModels(folder: folder.appendingPathComponent("compiled")))
    return try await body(loader.load(request) { _ in })
  }
}

private func said(_ model: any ServedModel, _ request: GenerateRequest) async throws -> (String, GenerateEvent?) {
  let all = Collected()
  try await model.generate(request) { await all.append($0) }
  return await (all.text, all.events.last)
}

private actor Collected {
  private(set) var events: [GenerateEvent] = []
  var text: String { events.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
  func append(_ event: GenerateEvent) { events.append(event) }
}

struct SwiftTransformersTests {
  @Test func theStateIsResetBeforeEachAnswerWhichComesInDeltas() async throws {
    let library = ParrotLibrary()
    try await withLoaded(library: library) { model in
      let (text, last) = try await said(model, GenerateRequest(input: .prompt("Hé")))
      #expect(text == "Hé")
      guard case .finish(.stop, let usage, _)? = last else { return #expect(Bool(false)) }
      #expect(usage == .init(promptTokens: 2, completionTokens: 2))
      var short = GenerateRequest(input: .prompt("abc"))
      short.maxTokens = 2
      short.sampling.temperature = 0
      let (cut, end) = try await said(model, short)
      #expect(cut == "ab")
      guard case .finish(.length, _, _)? = end else { return #expect(Bool(false)) }
      #expect(await library.model.did == ["reset", "generate 14 of 16 true", "reset", "generate 2 of 5 false"])
    }
  }

  @Test func whatNobodyWaitsForRunsToItsEndBeforeTheNextBegins() async throws {
    let library = ParrotLibrary()
    try await withLoaded(library: library) { model in
      struct Left: Error {}
      await #expect(throws: Left.self) { try await model.generate(GenerateRequest(input: .prompt("?"))) { if case .text = $0 { throw Left() } } }
      async let next = said(model, GenerateRequest(input: .prompt("b")))
      await library.model.open()
      let text = try await next.0
      #expect(text == "b")
      await model.dispose()
      #expect(await library.model.did.count == 4)
    }
  }

  @Test func whatCannotBeAskedIsRefused() async throws {
    try await withLoaded { model in
      #expect(await code { try await said(model, GenerateRequest(input: .prompt(String(repeating: "a", count: 16)))) } == .contextOverflow)
      #expect(await code { try await said(model, GenerateRequest(input: .prompt(""))) } == .invalidInput)
      #expect(await code { try await said(model, GenerateRequest(input: .messages([]))) } == .unsupportedRequest)
      #expect(await code { try await said(model, GenerateRequest(input: .prompt("!"))) } == .generationFailed)
      var request = GenerateRequest(input: .prompt("x"))
      request.schema = [:]
      #expect(await code { try await said(model, request) } == .unsupportedRequest)
      let counted = try await model.call(.countTokens(.text("abc")))
      let encoded = try await model.call(.encode("a", parseSpecial: false))
      let decoded = try await model.call(.decode([98], special: false))
      #expect(counted == ["tokens": 3, "exact": true] && encoded == .integers([97]) && decoded == "b")
      #expect(await code { try await model.call(.trim) } == .unsupportedRequest)
      #expect(await model.memory().weightsBytes == 2)
    }
    #expect(await code { try await withLoaded(role: "logits") { _ in } } == .unsupportedRequest)
    #expect(await code { try await withLoaded(options: ["accelerator": "cpu"]) { _ in } } == .loadFailed)
  }

  /// Each would end the process if the library saw it.
  @Test(arguments: unsuitableModels)
  func aModelThatLacksSomethingIsRefusedBeforeTheLibrarySeesIt(model: StubbedModel, words: String) async {
    #expect(await code { try await withLoaded(model) { _ in } } == .unsupportedFormat)
    #expect(await message { try await withLoaded(model) { _ in } }.contains(words))
  }

  @Test(arguments: ["config.json", "tokenizer.json", "tokenizer_config.json"])
  func aFolderThatLacksAFileIsRefused(file: String) async {
    #expect(await message { try await withLoaded(without: file) { _ in } }.contains("no \(file) beside it"))
  }

  @Test func aModelOfOneLengthIsTaken() async throws {
    let model = StubbedModel(description: {
      MLModelDescription(
        inputs: [feature("inputIds", [1, 4], choices: [[1, 4]])], outputs: [logitsOutput],
        metadata: [.creatorDefinedKey: ["co.huggingface.exporters.name": "tiny"]])
    })
    let contextSize = try await withLoaded(model) { $0.greeting.contextSize }
    #expect(contextSize == 4)
  }
}
