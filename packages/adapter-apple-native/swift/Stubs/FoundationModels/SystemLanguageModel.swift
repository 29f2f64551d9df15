import Foundation

public final class SystemLanguageModel: Sendable {
  public enum Availability: Equatable, Sendable {
    case available
    case unavailable(UnavailableReason)

    public enum UnavailableReason: Equatable, Sendable {
      case deviceNotEligible
      case appleIntelligenceNotEnabled
      case modelNotReady
    }
  }

  public struct UseCase: Sendable, Equatable {
    let name: String
    public static let general = UseCase(name: "general")
    public static let contentTagging = UseCase(name: "content-tagging")
  }

  public struct Guardrails: Sendable {
    let name: String
    public static let `default` = Guardrails(name: "default")
    public static let permissiveContentTransformations = Guardrails(name: "permissive")
  }

  public static let `default` = SystemLanguageModel()
  public init(useCase: UseCase = .general, guardrails: Guardrails = .default) {}
  public var availability: Availability { StubbedLanguageModel.current.availability }
}

public struct GenerationOptions: Equatable, Sendable {
  public struct SamplingMode: Equatable, Sendable {
    /// For tests.
    public let words: String
    public static var greedy: SamplingMode { SamplingMode(words: "greedy") }
    public static func random(top k: Int, seed: UInt64? = nil) -> SamplingMode { SamplingMode(words: "top \(k) \(seed ?? 0)") }
    public static func random(probabilityThreshold: Double, seed: UInt64? = nil) -> SamplingMode {
      SamplingMode(words: "threshold \(probabilityThreshold) \(seed ?? 0)")
    }
  }

  public var sampling: SamplingMode?
  public var temperature: Double?
  public var maximumResponseTokens: Int?

  public init(sampling: SamplingMode? = nil, temperature: Double? = nil, maximumResponseTokens: Int? = nil) {
    self.sampling = sampling
    self.temperature = temperature
    self.maximumResponseTokens = maximumResponseTokens
  }
}
