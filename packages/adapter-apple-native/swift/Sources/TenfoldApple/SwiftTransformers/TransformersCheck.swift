import CoreML
import Foundation

/// Whether a model is one that swift-transformers can use. The library ends the process over one that is not, so that all is looked at before.
struct TransformersCheck {
  /// What the library calls things, in the version that is pinned.
  private enum Name {
    static let tokens = "inputIds"
    static let logits = "logits"
    static let caches = ["keyCache", "valueCache"]
    static let givenBack = ["presentKeys", "presentValues"]
    static let exporter = "co.huggingface.exporters.name"
    static let files = ["config.json", "tokenizer.json", "tokenizer_config.json"]
  }

  /// Tokens that prompt and answer may take together.
  let contextSize: Int

  /// - Throws: ``TenfoldError`` `unsupported-format` naming what the model lacks.
  init(_ description: MLModelDescription, folder: URL) throws {
    guard let input = description.inputDescriptionsByName[Name.tokens] else { throw lacks("no input \"\(Name.tokens)\"") }
    guard let tokens = input.multiArrayConstraint, tokens.dataType == .int32 else {
      throw lacks("an input \"\(Name.tokens)\" that is no array of whole numbers")
    }
    guard tokens.shape.count == 2 else { throw lacks("an input \"\(Name.tokens)\" of \(tokens.shape.count) dimensions; 2 are needed") }
    guard let largest = Self.largest(tokens.shapeConstraint) else { throw lacks("an input \"\(Name.tokens)\" that does not say how many tokens it takes") }
    guard let output = description.outputDescriptionsByName[Name.logits]?.multiArrayConstraint else { throw lacks("no output \"\(Name.logits)\"") }
    guard output.shape.count == 3 else { throw lacks("an output \"\(Name.logits)\" of \(output.shape.count) dimensions; 3 are needed") }
    try Self.checkCaches(description)
    let user = description.metadata[.creatorDefinedKey] as? [String: String]
    guard let name = user?[Name.exporter], !name.isEmpty else { throw lacks("no \"\(Name.exporter)\" in its metadata") }
    for file in Name.files where !FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path) {
      throw lacks("no \(file) beside it")
    }
    contextSize = largest
  }

  /// How many tokens an answer to a prompt may have.
  /// - Throws: ``TenfoldError`` `context-overflow` for a prompt that leaves no room.
  func room(afterPromptOf count: Int, wanted: Int?) throws -> Int {
    guard count > 0 else { throw TenfoldError(.invalidInput, "A prompt has at least one token.", framework: TransformersLoader.framework) }
    guard count < contextSize else {
      throw TenfoldError(.contextOverflow, "The prompt has \(count) tokens; the context takes \(contextSize).", framework: TransformersLoader.framework)
    }
    return min(wanted ?? .max, contextSize - count)
  }

  private static func largest(_ constraint: MLMultiArrayShapeConstraint) -> Int? {
    switch constraint.type {
    case .enumerated:
      // The library takes the first shape for the only one.
      guard let first = constraint.enumeratedShapes.first, first.count == 2, first[1].intValue > 0 else { return nil }
      return first[1].intValue
    case .range:
      // The library takes the length of the range for its end.
      guard let range = constraint.sizeRangeForDimension.last?.rangeValue, range.length > 1 else { return nil }
      return range.length
    default: return nil
    }
  }

  private static func checkCaches(_ description: MLModelDescription) throws {
    let states = Name.caches.filter(ModelStates(description).names.contains)
    if states.count == 1 { throw lacks("a state \"\(states[0])\" without the other of the two") }
    let inputs = Name.caches.filter { description.inputDescriptionsByName[$0] != nil }
    let outputs = Name.givenBack.filter { description.outputDescriptionsByName[$0] != nil }
    if !inputs.isEmpty || !outputs.isEmpty { throw lacks("a cache of inputs and outputs, which the library does not support") }
  }
}

private func lacks(_ what: String) -> TenfoldError {
  TenfoldError(
    .unsupportedFormat, "The model is none that Swift Transformers can use: it has \(what).",
    remedy: "Choose a model that was converted for Swift Transformers, or load this one with Core ML.", framework: TransformersLoader.framework)
}
