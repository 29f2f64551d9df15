import Foundation

/// The one error of this package. Its code is for programs, its message says what happened to what, its remedy what a person can do.
///
/// Cancellation is no TenfoldError: it throws `CancellationError`, as all of Swift does.
public struct TenfoldError: Error, Sendable, Equatable {
  /// For programs.
  public let code: ErrorCode
  /// What happened, to what.
  public let message: String
  /// What a person can do, where it is not what the code's usual remedy says.
  public let remedy: String?
  /// Whether doing the same again may succeed, where it is not what the code usually means.
  public let retryable: Bool?
  /// The framework that failed: `core-ml`, `mlx`, …
  public let framework: String?
  /// Figures and names that programs may want. Never secrets.
  public let details: [String: Value]

  /// An error of a code.
  public init(
    _ code: ErrorCode, _ message: String, remedy: String? = nil, retryable: Bool? = nil, framework: String? = nil, details: [String: Value] = [:]
  ) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.retryable = retryable
    self.framework = framework
    self.details = details
  }

  /// The error itself when it is a TenfoldError, else one of `code` that says what the other said.
  public static func from(_ error: any Error, _ code: ErrorCode, _ context: String, framework: String? = nil) -> TenfoldError {
    if let own = error as? TenfoldError { return own }
    let systemCode = code == .loadFailed || code == .storageFailed ? codeOfSystem(error) ?? code : code
    return TenfoldError(systemCode, "\(context): \(words(of: error))", framework: framework)
  }

  /// What crosses to TypeScript: `code`, `message` and what else there is.
  public var value: Value {
    var members: [String: Value] = ["code": .text(code.rawValue), "message": .text(message)]
    if let remedy { members["remedy"] = .text(remedy) }
    if let retryable { members["retryable"] = .bool(retryable) }
    if let framework { members["framework"] = .text(framework) }
    if !details.isEmpty { members["details"] = .object(details) }
    return .object(members)
  }

  private static func words(of error: any Error) -> String {
    if let described = (error as? any LocalizedError)?.errorDescription { return described }
    // On Linux an error of Swift's own has a localized description that says nothing.
    let cocoa = error as NSError
    return cocoa.domain.hasPrefix("NS") ? cocoa.localizedDescription : String(describing: error)
  }

  private static func codeOfSystem(_ error: any Error) -> ErrorCode? {
    guard let cocoa = error as? CocoaError else { return nil }
    switch cocoa.code {
    case .fileWriteOutOfSpace: return .diskFull
    case .fileNoSuchFile, .fileReadNoSuchFile: return .notInstalled
    default: return nil
    }
  }
}
