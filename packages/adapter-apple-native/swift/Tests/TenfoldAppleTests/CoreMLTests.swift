import CoreML
import Foundation
import Testing

@testable import TenfoldApple

struct CoreMLTests {
  @Test(arguments: [statefulModel, explicitModel])
  func aPromptGivesTheSameLogitsAtOnceInPiecesAndAfterItsCacheWasCut(model: StubbedModel) async throws {
    try await withFolder { folder in
      let model = try await loaded(model, in: folder, options: ["batchSize": 3])
      let tokens = [3, 1, 4, 1, 5, 2, 6]
      #expect(try await model.forward(tokens) == expectedRows(tokens))
      #expect(try await model.truncate(to: 4) == 4)
      #expect(try await model.forward([7, 7]) == expectedRows([3, 1, 4, 1, 7, 7], from: 4))
      #expect(try await model.truncate(to: 0) == 0)
      #expect(try await model.forward([2, 2, 2, 2], .none) == [])
      #expect(try await model.forward([5, 6, 7, 1], .last) == expectedRow(after: [2, 2, 2, 2, 5, 6, 7, 1]))
      #expect(try await model.truncate(to: 100) == 8)
    }
  }

  @Test func sequencesDoNotSeeEachOther() async throws {
    try await withFolder { folder in
      let model = try await loaded(statefulModel, in: folder, options: ["parallel": 2])
      _ = try await model.forward([1, 2, 3])
      #expect(try await model.forward([4], of: 1) == expectedRow(after: [4]))
      #expect(try await model.forward([5]) == expectedRow(after: [1, 2, 3, 5]))
      #expect(await model.memory() == MemoryUse(weightsBytes: 2, kvCacheBytes: 2 * 2 * (2 * 16 * 4) * 2, computeBytes: 2 * 4 * vocabulary))
    }
  }

  @Test func aModelWithoutACacheSeesEverythingEachTimeInALengthThatItHas() async throws {
    try await withFolder { folder in
      let model = try await loaded(statelessModel, in: folder)
      #expect(model.greeting == Greeting(role: .logits(vocabularySize: vocabulary, sequences: 1, forks: false), contextSize: 8))
      #expect(try await model.forward([1, 2]) == expectedRows([1, 2]))
      #expect(try await model.forward([3], .none) == [])
      #expect(try await model.forward([4, 5], .last) == expectedRow(after: [1, 2, 3, 4, 5]))
      #expect(try await model.truncate(to: 2) == 2)
      #expect(try await model.forward([6]) == expectedRow(after: [1, 2, 6]))
      #expect(await code { try await model.forward([1, 2, 3, 4, 5, 6]) } == .contextOverflow)
      #expect(await model.memory().kvCacheBytes == 0)
    }
  }

  @Test func aModelWithOneRowInAllIsAskedForEachRow() async throws {
    try await withFolder { folder in
      let model = try await loaded(lastOnlyModel, in: folder)
      #expect(try await model.forward([1, 2, 3]) == expectedRows([1, 2, 3]))
      #expect(try await model.forward([4, 5], .last) == expectedRow(after: [1, 2, 3, 4, 5]))
    }
  }

  @Test func nothingIsComputedForWhoeverCancelled() async throws {
    try await withFolder { folder in
      let model = try await loaded(statefulModel, in: folder, options: ["batchSize": 1])
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await model.forward([1, 2, 3])
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await model.truncate(to: 3) == 0)
    }
  }

  @Test func whatCoreMLThrowsIsSaidInTenfoldsWords() async throws {
    try await withFolder { folder in
      let model = try await loaded(StubbedModel(description: statefulModel.description), in: folder)
      #expect(await code { try await model.forward([1]) } == .generationFailed)
      let other = StubbedModel(description: statefulModel.description, compute: { _, _ in try output([:]) })
      let silent = try await loaded(other, in: folder.appendingPathComponent("silent"))
      #expect(await message { try await silent.forward([1]) }.contains("gave no \"logits\""))
      let narrow = StubbedModel(description: statefulModel.description, compute: { _, _ in try output(["logits": makeArray([1, 1, 2], .single) { _ in 0 }]) })
      let small = try await loaded(narrow, in: folder.appendingPathComponent("narrow"))
      #expect(await message { try await small.forward([1]) }.contains("another size"))
      #expect(await code { try await small.forward([1, 2], .all) } == .generationFailed)
    }
  }

  @Test func theContextIsTheModelsAndNoMoreThanWasAskedFor() async throws {
    try await withFolder { folder in
      let model = try await loaded(statefulModel, in: folder, options: ["contextSize": 5])
      #expect(model.greeting.contextSize == 5)
      #expect(await code { try await model.forward([1, 2, 3, 4, 5, 6]) } == .contextOverflow)
    }
  }

  @Test func aModelIsCompiledOnceForEachBuildOfTheSystem() async throws {
    try await withFolder { folder in
      StubbedModel.register("once", statefulModel)
      let source = folder.appendingPathComponent("once.mlpackage")
      try Data().write(to: source)
      let cache = folder.appendingPathComponent("cache")
      let first = CompiledModels(folder: cache, systemBuild: "Version 26.0 (Build 25A354)")
      let url = try await first.compiled(source, digest: "d")
      #expect(try await first.compiled(source, digest: "d") == url)
      #expect(StubbedModel.timesCompiled("once") == 1)
      _ = try await first.compiled(source, digest: "other")
      let next = try await CompiledModels(folder: cache, systemBuild: "Version 26.1").compiled(source, digest: "d")
      #expect(next != url && StubbedModel.timesCompiled("once") == 3)
      // What another build compiled is of no use any more; what another model is, still.
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).count == 2)
      #expect(await code { try await first.compiled(folder.appendingPathComponent("absent.mlpackage"), digest: "e") } == .notInstalled)
    }
  }

  @Test func severalThatAskAtOnceAllGetOne() async throws {
    try await withFolder { folder in
      StubbedModel.register("several", statefulModel)
      let source = folder.appendingPathComponent("several.mlpackage")
      try Data().write(to: source)
      let models = CompiledModels(folder: folder.appendingPathComponent("cache"))
      let urls = try await withThrowingTaskGroup(of: URL.self) { group in
        for _ in 0..<8 { group.addTask { try await models.compiled(source, digest: "d") } }
        return try await group.reduce(into: Set<URL>()) { $0.insert($1) }
      }
      #expect(urls.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("cache").path).count == 1)
    }
  }

  @Test func acceleratorsAreComputeUnits() async throws {
    let loader = CoreMLLoader(compiledModels: CompiledModels(folder: FileManager.default.temporaryDirectory))
    #expect(try ["auto", "core-ml", "cpu", "metal", "neural-engine"].map(loader.computeUnits) == [.all, .all, .cpuOnly, .cpuAndGPU, .cpuAndNeuralEngine])
    #expect(throws: TenfoldError.self) { try loader.computeUnits("cuda") }
    try await withFolder { folder in
      let whole = try LoadRequest(coreMlLoad(statefulModel, in: folder, role: "model"))
      #expect(await code { try await loader.load(whole) { _ in } } == .unsupportedRequest)
      let cache = folder.appendingPathComponent("mine")
      let own = try LoadRequest(
        coreMlLoad(statefulModel, in: folder.appendingPathComponent("m"), options: ["frameworkOptions": ["cacheFolder": .text(cache.path)]]))
      _ = try await loader.load(own) { _ in }
      #expect(FileManager.default.fileExists(atPath: cache.path))
    }
  }

  @Test func aModelIsFoundUnderWhateverNameItLies() async throws {
    try await withFolder { folder in
      let files: Value = [["path": "Manifest.json", "sizeBytes": 2], ["path": "Data/x", "sizeBytes": 0]]
      try Data("{}".utf8).write(to: folder.appendingPathComponent("Manifest.json"))
      let inside = try LoadRequest(loadMessage(framework: "core-ml", files: files.list ?? [], directory: folder))
      let copied = try ModelSource(inside)
      #expect(copied.url.pathExtension == "mlpackage" && FileManager.default.fileExists(atPath: copied.url.appendingPathComponent("Manifest.json").path))
      copied.removeCopy()
      #expect(!FileManager.default.fileExists(atPath: copied.url.path))
      let odd = try LoadRequest(loadMessage(framework: "core-ml", format: "gguf", files: files.list ?? [], directory: folder))
      #expect(throws: TenfoldError.self) { try ModelSource(odd) }
      let file: Value = ["path": "a.mlmodel", "sizeBytes": 1, "location": "/models/a.mlmodel"]
      #expect(try ModelSource(LoadRequest(loadMessage(framework: "core-ml", files: [file]))).url.path == "/models/a.mlmodel")
      #expect(throws: TenfoldError.self) { try ModelSource(LoadRequest(loadMessage(framework: "core-ml"))) }
    }
  }
}

struct LayoutTests {
  private func refusal(_ inputs: [MLFeatureDescription], _ outputs: [MLFeatureDescription], _ states: [MLFeatureDescription] = []) async -> String {
    await message { try ModelLayout(MLModelDescription(inputs: inputs, outputs: outputs, states: states)) }
  }

  @Test func whatIsNoLanguageModelIsRefusedWithWhatItHas() async {
    #expect(await refusal([feature("image", [3, 8, 8], .float32)], [logitsOutput]).contains("no input for tokens"))
    #expect(await refusal([feature("inputIds", [1, 2, 3])], [logitsOutput]).contains("of the shape [n] or [1, n]"))
    #expect(await refusal([tokensInput(), feature("odd", [1, 2], .float32)], [logitsOutput]).contains("\"odd\" that is neither"))
    #expect(await refusal([tokensInput()], [feature("a", [1, 4], .float32), feature("b", [1, 4], .float32)]).contains("no output \"logits\""))
    #expect(await refusal([tokensInput()], [feature("logits", [1], .float32)]).contains("no logits with the vocabulary"))
    #expect(await refusal([tokensInput(), feature("mask", [1, 4], .int8)], [logitsOutput]).contains("of a type that is not known"))
    let cache = feature("past_key", [1, 1, 8, 2], .float16)
    #expect(
      await refusal([tokensInput(), cache], [logitsOutput, feature("present_key", [1, 1, 8, 2], .float16)], [state("s", [1])]).contains(
        "both in states and in inputs"))
    let fixed = feature("inputIds", [1, 4])
    #expect(await refusal([fixed], [logitsOutput], [state("s", [1, 1, 8, 2])]).contains("no way to add one token"))
  }

  @Test func anInputThatMayBeLeftOutIsAndACacheIsKnownByItsNames() throws {
    let cache = feature("past_key", [1, 1, 8, 2], .float16)
    let description = MLModelDescription(
      inputs: [tokensInput(), cache, feature("extra", [1, 2], .float32, optional: true)],
      outputs: [logitsOutput, feature("present_key", [1, 1, 8, 2], .float16)])
    let layout = try ModelLayout(description)
    #expect(layout.cache == .arrays([.init(input: "past_key", output: "present_key", shape: [1, 1, 8, 2], type: .half)]))
    #expect(layout.contextSize == 8 && !layout.truncates)
  }

  @Test func lengthsAreThoseThatTheModelHas() {
    let range = TokenLengths.range(2...8)
    #expect(range.fitting(1) == 2 && range.fitting(9) == nil && range.chunk(of: 9, atMost: 5) == 5 && range.chunk(of: 1, atMost: 5) == nil)
    #expect(range.chunk(of: 9, atMost: 1) == 2)
    let choices = TokenLengths.choices([1, 4, 16])
    #expect(choices.fitting(5) == 16 && choices.fitting(17) == nil && choices.chunk(of: 9, atMost: 8) == 4 && choices.largest == 16)
    func lengths(_ feature: MLFeatureDescription) -> TokenLengths? { feature.multiArrayConstraint.map { TokenLengths($0) } }
    #expect(lengths(feature("t", [1, 7])) == .choices([7]))
    #expect(lengths(feature("t", [1, 7], choices: [[1, 9], [1, 3]])) == .choices([3, 9]))
    #expect(lengths(feature("t", [1, 7], choices: [])) == .choices([7]))
    #expect(lengths(feature("t", [1, 7], range: [NSRange(location: 1, length: .max)])) == .range(1...(.max)))
    #expect(lengths(feature("t", [1, 7], range: [NSRange(location: 0, length: 0)])) == .choices([7]))
  }

  @Test func halfFloatsAreThoseOfTheStandard() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfFloat.single(bits)
      if value.isNaN {
        #expect(HalfFloat.single(HalfFloat.bits(value)).isNaN)
      } else if HalfFloat.bits(value) != bits {
        Issue.record("\(bits) is \(HalfFloat.bits(value))")
      }
    }
    #expect(HalfFloat.bits(65504) == 0x7bff && HalfFloat.bits(65520) == 0x7c00 && HalfFloat.bits(-.infinity) == 0xfc00 && HalfFloat.bits(1e-9) == 0)
    #expect(HalfFloat.bits(1 + 0x1p-11) == 0x3c00 && HalfFloat.bits(1 + 0x1.8p-10) == 0x3c02 && HalfFloat.bits(0x1.ffep-15) == 0x0400)
  }
}
