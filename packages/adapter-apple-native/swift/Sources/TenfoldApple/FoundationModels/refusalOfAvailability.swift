#if canImport(FoundationModels)
  import FoundationModels

  /// Whether Apple's system model answers here: nil when it does, else why not and what would help.
  @available(iOS 26.0, macOS 26.0, *)
  func refusal(of availability: SystemLanguageModel.Availability) -> TenfoldError? {
    let framework = FoundationModelsLoader.framework
    switch availability {
    case .available: return nil
    case .unavailable(.deviceNotEligible):
      return TenfoldError(
        .frameworkUnavailable, "This device cannot run Apple Intelligence.",
        remedy: "Choose a model in another format; Apple's needs an iPhone 15 Pro or newer, or Apple silicon.",
        framework: framework)
    case .unavailable(.appleIntelligenceNotEnabled):
      return TenfoldError(
        .frameworkUnavailable, "Apple Intelligence is switched off.", remedy: "Switch it on in Settings, under Apple Intelligence & Siri.", framework: framework
      )
    case .unavailable(.modelNotReady):
      return TenfoldError(
        .frameworkUnavailable, "The system has not fetched its language model yet.",
        remedy: "Leave the device on power and Wi-Fi for a while, and try again.", retryable: true, framework: framework)
    case .unavailable:
      return TenfoldError(
        .frameworkUnavailable, "The system's language model is not available.", remedy: "Update Tenfold: this reason is new.", framework: framework)
    }
  }
#endif
