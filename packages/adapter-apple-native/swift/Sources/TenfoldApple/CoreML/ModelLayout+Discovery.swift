import CoreML
import Foundation

extension ModelLayout {
  private static let tokenNames = ["inputIds", "input_ids", "token_ids", "tokens", "input"]
  private static let pastNames = ["keyCache": "presentKeys", "valueCache": "presentValues"]

  /// Finds out what a model takes and gives.
  /// - Throws: ``TenfoldError`` `unsupported-format` that says what the model has and what it lacks.
  init(_ description: MLModelDescription) throws {
    var inputs = description.inputDescriptionsByName.values.filter { $0.multiArrayConstraint != nil }.sorted { $0.name < $1.name }
    let integers = inputs.filter { $0.multiArrayConstraint?.dataType == .int32 }
    let named = Self.tokenNames.lazy.compactMap { name in inputs.first { $0.name == name } }.first
    guard let tokenInput = named ?? (integers.count == 1 ? integers.first : nil), let constraint = tokenInput.multiArrayConstraint else {
      throw unsuitable(description, "no input for tokens (\(Self.tokenNames.joined(separator: ", ")), or the only one with whole numbers)")
    }
    guard (1...2).contains(constraint.shape.count) else { throw unsuitable(description, "no input for tokens of the shape [n] or [1, n]") }
    inputs.removeAll { $0 === tokenInput }
    tokens = try Input(tokenInput, of: description)
    lengths = TokenLengths(constraint)

    let maskInput = inputs.first { $0.name.lowercased().contains("mask") }
    let positionInput = inputs.first { $0.name.lowercased().contains("position") }
    inputs.removeAll { $0 === maskInput || $0 === positionInput }
    mask = try maskInput.map { try Input($0, of: description) }
    positions = try positionInput.map { try Input($0, of: description) }

    var outputs = description.outputDescriptionsByName
    let arrays = try inputs.filter { !$0.isOptional }.map { input in
      guard let shape = input.multiArrayConstraint, let output = Self.output(for: input, among: outputs), let type = ElementType(shape.dataType) else {
        throw unsuitable(description, "an input \"\(input.name)\" that is neither tokens, a mask, positions nor a cache that an output gives back")
      }
      outputs[output] = nil
      return CacheArray(input: input.name, output: output, shape: shape.shape.map(\.intValue), type: type)
    }
    cache = try Self.cache(of: arrays, in: description)

    guard let logitsName = outputs["logits"] != nil ? "logits" : outputs.count == 1 ? outputs.keys.first : nil else {
      throw unsuitable(description, "no output \"logits\"")
    }
    logits = logitsName
    (vocabularySize, rowForEachToken) = try Self.rows(outputs[logitsName], of: description)
    contextSize = Self.contextSize(cache: cache, lengths: lengths, mask: maskInput, states: ModelStates(description))
    if cache != .none, lengths.chunk(of: 1, atMost: 1) == nil {
      throw unsuitable(description, "a cache, and no way to add one token to it: it takes \(lengths.largest) at once")
    }
  }

  private static func output(for input: MLFeatureDescription, among outputs: [String: MLFeatureDescription]) -> String? {
    let name = input.name
    let candidates = [pastNames[name], name.replacingOccurrences(of: "past", with: "present"), name + "_out", "new_" + name, "updated_" + name]
    return candidates.compactMap { $0 }.first { candidate in
      candidate != name && outputs[candidate]?.multiArrayConstraint?.dataType == input.multiArrayConstraint?.dataType && outputs[candidate] != nil
    }
  }

  private static func cache(of arrays: [CacheArray], in description: MLModelDescription) throws -> Cache {
    let states = ModelStates(description)
    if !states.names.isEmpty, !arrays.isEmpty { throw unsuitable(description, "a cache both in states and in inputs") }
    if !arrays.isEmpty { return .arrays(arrays) }
    return states.names.isEmpty ? .none : .states(sizeBytes: states.sizeBytes)
  }

  private static func rows(_ output: MLFeatureDescription?, of description: MLModelDescription) throws -> (vocabularySize: Int, rowForEachToken: Bool) {
    guard let shape = output?.multiArrayConstraint?.shape.map(\.intValue), let size = shape.last, size > 1 else {
      throw unsuitable(description, "no logits with the vocabulary as their last dimension")
    }
    // [1, n, vocabulary] has a row for each token, and a fixed n of 1 one row in all; [1, vocabulary] has one.
    return (size, shape.count >= 3 && shape[shape.count - 2] != 1)
  }

  private static func contextSize(
    cache: Cache, lengths: TokenLengths, mask: MLFeatureDescription?, states: ModelStates
  ) -> Int? {
    if case .none = cache { return bounded(lengths.largest) }
    if let constraint = mask?.multiArrayConstraint, constraint.shape.count == 4 {
      if case .range(let range) = TokenLengths(constraint), let bound = bounded(range.upperBound) { return bound }
    }
    // The length is the largest of a cache's dimensions but for the last, which is the size of a head.
    let shapes: [[Int]]
    if case .arrays(let arrays) = cache { shapes = arrays.map(\.shape) } else { shapes = states.shapes }
    return shapes.compactMap { $0.dropLast().max() }.min()
  }

  /// Core ML states a limit also where there is none.
  private static func bounded(_ length: Int) -> Int? { length < 1 << 24 ? length : nil }
}

extension ModelLayout.Input {
  fileprivate init(_ feature: MLFeatureDescription, of description: MLModelDescription) throws {
    guard let constraint = feature.multiArrayConstraint, let type = ElementType(constraint.dataType) else {
      throw unsuitable(description, "an input \"\(feature.name)\" with numbers of a type that is not known")
    }
    self.init(name: feature.name, rank: constraint.shape.count, type: type)
  }
}

private func unsuitable(_ description: MLModelDescription, _ what: String) -> TenfoldError {
  let inputs = description.inputDescriptionsByName.keys.sorted().joined(separator: ", ")
  let outputs = description.outputDescriptionsByName.keys.sorted().joined(separator: ", ")
  return TenfoldError(
    .unsupportedFormat,
    "The model is no language model that Core ML can be asked for logits: it has \(what). Its inputs are \(inputs); its outputs are \(outputs).",
    remedy: "Choose a model that was converted for text generation.", framework: "core-ml")
}
