#if canImport(FoundationModels)
  import FoundationModels

  /// What the system's errors mean in Tenfold's codes.
  @available(iOS 26.0, macOS 26.0, *)
  func tenfoldError(ofSession error: any Error) -> TenfoldError {
    guard let known = error as? LanguageModelSession.GenerationError else {
      return TenfoldError.from(error, .generationFailed, "Apple's language model failed", framework: FoundationModelsLoader.framework)
    }
    func make(_ code: ErrorCode, _ message: String, _ remedy: String? = nil, retryable: Bool? = nil) -> TenfoldError {
      TenfoldError(code, message, remedy: remedy, retryable: retryable, framework: FoundationModelsLoader.framework)
    }
    switch known {
    case .exceededContextWindowSize: return make(.contextOverflow, "The conversation is longer than the 4,096 tokens that Apple's model takes.")
    case .assetsUnavailable:
      return make(.frameworkUnavailable, "The files of Apple's model are not on this device.", "Try again when the system has fetched them.", retryable: true)
    case .guardrailViolation:
      return make(
        .generationFailed, "Apple's safety rules stopped the request or its answer.", "Say it in other words, or choose another model.", retryable: false)
    case .refusal: return make(.generationFailed, "Apple's model refused to answer.", "Say it in other words, or choose another model.", retryable: false)
    case .unsupportedGuide: return make(.unsupportedRequest, "Apple's model cannot be held to this schema.", "Simplify the schema.")
    case .unsupportedLanguageOrLocale:
      return make(.unsupportedRequest, "Apple's model does not know this language.", "Ask in another language, or choose another model.")
    case .decodingFailure: return make(.generationFailed, "Apple's model gave an answer that does not fit the schema.")
    case .rateLimited:
      return make(.generationFailed, "The system lets applications in the background ask only so often.", "Try again in the foreground.", retryable: true)
    case .concurrentRequests: return make(.generationFailed, "The session is answering already.", retryable: true)
    @unknown default: return make(.generationFailed, "Apple's language model failed: \(known).")
    }
  }
#endif
