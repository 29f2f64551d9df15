import CoreML
import Foundation

@testable import TenfoldApple

let vocabulary = 8

/// Logits that say which tokens went before, in their order.
func expectedRow(after tokens: [Int]) -> [Float] {
  let sum = tokens.enumerated().reduce(0) { ($0 + ($1.offset + 1) * ($1.element + 1)) % 31 }
  return (0..<vocabulary).map { Float((sum * ($0 + 1)) % 13) }
}

func expectedRows(_ tokens: [Int], from first: Int = 0) -> [Float] { (first..<tokens.count).flatMap { expectedRow(after: Array(tokens[0...$0])) } }

func feature(
  _ name: String, _ shape: [Int], _ type: MLMultiArrayDataType = .int32, range: [NSRange]? = nil, choices: [[Int]]? = nil, optional: Bool = false
) -> MLFeatureDescription {
  let numbers = { (list: [Int]) in list.map { NSNumber(value: $0) } }
  let constraint =
    range.map { MLMultiArrayShapeConstraint(type: .range, sizeRangeForDimension: $0.map { NSValue(range: $0) }) }
    ?? choices.map { MLMultiArrayShapeConstraint(type: .enumerated, enumeratedShapes: $0.map(numbers)) } ?? MLMultiArrayShapeConstraint(type: .unspecified)
  return MLFeatureDescription(
    name: name, isOptional: optional, multiArrayConstraint: MLMultiArrayConstraint(shape: numbers(shape), dataType: type, shapeConstraint: constraint))
}

func state(_ name: String, _ shape: [Int]) -> MLFeatureDescription {
  MLFeatureDescription(name: name, stateConstraint: MLStateConstraint(bufferShape: shape, dataType: .float16))
}

func tokensInput(_ most: Int = 16) -> MLFeatureDescription {
  feature("inputIds", [1, 4], range: [NSRange(location: 1, length: 1), NSRange(location: 1, length: most)])
}

var logitsOutput: MLFeatureDescription { feature("logits", [1, 4, vocabulary], .float16) }

func integers(_ provider: any MLFeatureProvider, _ name: String) -> [Int] {
  guard let array = provider.featureValue(for: name)?.multiArrayValue else { return [] }
  let width = array.shape.last?.intValue ?? 0
  return (0..<(array.count / max(1, width))).flatMap { (try? readRow($0, of: array)) ?? [] }.map { Int($0) }
}

func output(_ values: [String: MLMultiArray]) throws -> any MLFeatureProvider {
  try MLDictionaryFeatureProvider(dictionary: values.mapValues { MLFeatureValue(multiArray: $0) })
}

func logits(_ rows: [[Float]]) throws -> MLMultiArray {
  try makeArray([1, rows.count, vocabulary], .half) { rows[$0 / vocabulary][$0 % vocabulary] }
}

/// As tenfold-tiny's stateful form: the mask says how many tokens went before.
let statefulModel = StubbedModel(
  description: {
    let most = NSRange(location: 1, length: 16)
    let one = NSRange(location: 1, length: 1)
    let mask = feature("fullAttentionMask", [1, 1, 4, 4], .float16, range: [one, one, most, most])
    return MLModelDescription(
      inputs: [tokensInput(), mask], outputs: [logitsOutput], states: [state("keyCache", [2, 1, 16, 4]), state("valueCache", [2, 1, 16, 4])],
      metadata: [.creatorDefinedKey: ["co.huggingface.exporters.name": "tiny"]])
  },
  compute: { input, state in
    guard let state, let mask = input.featureValue(for: "fullAttentionMask")?.multiArrayValue else { throw CocoaError(.featureUnsupported) }
    let tokens = integers(input, "inputIds")
    let past = mask.shape[3].intValue - tokens.count
    let kept = Array((state.kept["tokens"] ?? []).prefix(past))
    guard kept.count == past else { throw CocoaError(.featureUnsupported) }
    state.kept["tokens"] = kept + tokens.map { Float($0) }
    let all = kept.map { Int($0) } + tokens
    return try output(["logits": logits((past..<all.count).map { expectedRow(after: Array(all[0...$0])) })])
  })

/// The cache is an input and an output; positions say where the tokens stand.
let explicitModel = StubbedModel(
  description: {
    MLModelDescription(
      inputs: [tokensInput(), feature("positions", [4], range: [NSRange(location: 1, length: 16)]), feature("keyCache", [1, 1, 16, 1], .float16)],
      outputs: [logitsOutput, feature("presentKeys", [1, 1, 16, 1], .float16)])
  },
  compute: { input, _ in
    guard let cache = input.featureValue(for: "keyCache")?.multiArrayValue else { throw CocoaError(.featureUnsupported) }
    var all = try (0..<16).map { Int(try readRow($0, of: cache)[0]) }
    let tokens = integers(input, "inputIds")
    let positions = integers(input, "positions")
    for (token, position) in zip(tokens, positions) { all[position] = token + 100 }
    let rows = positions.map { expectedRow(after: all[0...$0].map { $0 - 100 }) }
    return try output(["logits": logits(rows), "presentKeys": makeArray([1, 1, 16, 1], .half) { Float(all[$0]) }])
  })

/// Sees everything each time, in two lengths.
let statelessModel = StubbedModel(
  description: {
    MLModelDescription(
      inputs: [feature("input_ids", [1, 4], choices: [[1, 4], [1, 8]]), feature("attention_mask", [1, 4], choices: [[1, 4], [1, 8]])],
      outputs: [feature("logits", [1, 4, vocabulary], .float32)])
  },
  compute: { input, _ in
    let tokens = integers(input, "input_ids")
    let mask = integers(input, "attention_mask")
    guard [4, 8].contains(tokens.count), mask.count == tokens.count else { throw CocoaError(.featureUnsupported) }
    return try output([
      "logits": logits(tokens.indices.map { mask[$0] == 1 ? expectedRow(after: Array(tokens[0...$0])) : Array(repeating: 99, count: vocabulary) })
    ])
  })

/// One row in all, and one token at a time behind the first: a model with growing caches would be such a one.
let lastOnlyModel = StubbedModel(
  description: {
    MLModelDescription(inputs: [feature("tokens", [4], range: [NSRange(location: 1, length: 16)])], outputs: [feature("scores", [1, vocabulary], .double)])
  },
  compute: { input, _ in
    let row = expectedRow(after: integers(input, "tokens"))
    return try output(["scores": makeArray([1, vocabulary], .double) { row[$0] }])
  })

/// A package of a stubbed model in a folder, and the load that asks for it.
func coreMlLoad(_ model: StubbedModel, in folder: URL, options: Value = [:], role: String = "logits", framework: String = "core-ml") throws -> Value {
  let name = UUID().uuidString
  StubbedModel.register(name, model)
  let package = folder.appendingPathComponent("\(name).mlpackage", isDirectory: true)
  try FileManager.default.createDirectory(at: package, withIntermediateDirectories: true)
  try Data("{}".utf8).write(to: package.appendingPathComponent("Manifest.json"))
  let file: Value = ["path": .text("\(name).mlpackage/Manifest.json"), "sizeBytes": 2, "sha256": .text(name)]
  return loadMessage(framework: framework, role: role, files: [file], directory: folder, options: options)
}

func loaded(_ model: StubbedModel, in folder: URL, options: Value = [:]) async throws -> any ServedModel {
  let loader = CoreMLLoader(compiledModels: CompiledModels(folder: folder.appendingPathComponent("compiled")))
  return try await loader.load(LoadRequest(coreMlLoad(model, in: folder, options: options))) { _ in }
}

extension ServedModel {
  func forward(_ tokens: [Int], _ wanted: Call.WantedLogits = .all, of sequence: Int = 0) async throws -> [Float] {
    try await call(.forward(sequence: sequence, tokens: tokens.map(Int32.init), wanted: wanted)).floats ?? []
  }

  func truncate(to length: Int, of sequence: Int = 0) async throws -> Int { try await call(.truncate(sequence: sequence, length: length)).integer ?? -1 }
}
