#if canImport(FoundationModels)
  import FoundationModels
#endif

/// Loads Apple's system model, which has no files.
public struct FoundationModelsLoader: ModelLoader {
  static let framework = "apple-foundation-models"

  /// A loader.
  public init() {}

  /// Says why the model is not available, where it is not.
  public func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel {
    guard !request.wantsLogits else { throw TenfoldError(.unsupportedRequest, "Apple's model shows no logits.", framework: Self.framework) }
    #if canImport(FoundationModels)
      if #available(iOS 26.0, macOS 26.0, *) { return try FoundationModel(systemModel(request.options.frameworkOptions)) }
    #endif
    throw TenfoldError(
      .frameworkUnavailable, "This system has no language model of Apple's.", remedy: "It needs iOS 26 or macOS 26, and Apple Intelligence.",
      framework: Self.framework)
  }

  #if canImport(FoundationModels)
    @available(iOS 26.0, macOS 26.0, *)
    private func systemModel(_ options: Value) throws -> SystemLanguageModel {
      let members = Members(options, of: "frameworkOptions")
      let useCases: [String: SystemLanguageModel.UseCase] = ["general": .general, "content-tagging": .contentTagging]
      let guardrails: [String: SystemLanguageModel.Guardrails] = [
        "default": .default, "permissive-content-transformations": .permissiveContentTransformations,
      ]
      guard let useCase = useCases[try members.optionalText("useCase") ?? "general"] else { throw members.wrong("useCase", "general or content-tagging") }
      guard let rules = guardrails[try members.optionalText("guardrails") ?? "default"] else {
        throw members.wrong("guardrails", "default or permissive-content-transformations")
      }
      return SystemLanguageModel(useCase: useCase, guardrails: rules)
    }
  #endif
}
