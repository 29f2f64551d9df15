#if os(iOS)
  import UIKit

  /// Time from UIKit, some thirty seconds of it.
  public struct UIKitBackgroundAssertions: BackgroundAssertions {
    /// The application's own.
    public init() {}

    /// Begins a background task.
    public func begin(_ name: String, expired: @escaping @Sendable () -> Void) async -> Int? {
      await MainActor.run {
        let task = UIApplication.shared.beginBackgroundTask(withName: name, expirationHandler: expired)
        return task == .invalid ? nil : task.rawValue
      }
    }

    /// Ends it.
    public func end(_ assertion: Int) async {
      await MainActor.run { UIApplication.shared.endBackgroundTask(UIBackgroundTaskIdentifier(rawValue: assertion)) }
    }
  }
#endif
