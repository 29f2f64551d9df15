@preconcurrency import ExpoModulesCore

/// A TenfoldError as Expo hands errors on: `code` and `message` are what JavaScript sees.
final class ModuleError: Exception, @unchecked Sendable {
  private let error: TenfoldError

  init(_ error: TenfoldError) {
    self.error = error
    super.init()
  }

  override var code: String { error.code.rawValue }
  override var reason: String { error.message }
}
