import TenfoldApple

/// Loads nothing: the script is the model.
struct ScriptedLoader: ModelLoader {
  func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    progress(0.5)
    // As careless native code does, on a descriptor that is not for it.
    print("The script is being read.")
    let contextSize = request.options.contextSize ?? 128
    guard request.wantsLogits else { return ScriptedModel(contextSize: contextSize) }
    let sequences = (0..<request.options.parallel).map { _ in ScriptedSequence(contextSize: contextSize) }
    return LogitsModel(vocabularySize: ScriptedSequence.vocabularySize, contextSize: contextSize, weightsBytes: 1 << 20, sequences: sequences)
  }
}

await runHost(loaders: ["scripted": ScriptedLoader()])
