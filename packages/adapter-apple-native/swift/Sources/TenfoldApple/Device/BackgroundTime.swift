/// Asks the system for time after an application left the screen: UIKit's background tasks, or a script in tests.
public protocol BackgroundAssertions: Sendable {
  /// Begins one. `expired` is called shortly before the time is over. Nil: the system gives none.
  func begin(_ name: String, expired: @escaping @Sendable () -> Void) async -> Int?
  /// Gives one back. One that is not is paid for with the application's life.
  func end(_ assertion: Int) async
}

/// Lets an answer go on in the background for as long as the system allows, and ends it at the border of a token when it does no longer.
public struct BackgroundTime: Sendable {
  private let assertions: any BackgroundAssertions

  /// Time from these assertions.
  public init(assertions: any BackgroundAssertions) { self.assertions = assertions }

  /// Does work that may be cut short.
  /// - Parameter checkpoint: called when the time was over and the work has ended, to keep what there is.
  /// - Returns: true when the work came to its end.
  /// - Throws: what the work throws, but for the cancellation that the end of the time is.
  public func run(
    _ name: String, _ work: @escaping @Sendable () async throws -> Void, checkpoint: @Sendable () async -> Void
  ) async throws -> Bool {
    let task = Task { try await work() }
    let expiry = Expiry()
    let assertion = await assertions.begin(name) {
      expiry.set()
      task.cancel()
    }
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      task.cancel()
    }
    if expiry.isSet { await checkpoint() }
    if let assertion { await assertions.end(assertion) }
    if case .failure(let error) = result, !(expiry.isSet && error is CancellationError) { throw error }
    if case .success = result { return true }
    return false
  }
}
