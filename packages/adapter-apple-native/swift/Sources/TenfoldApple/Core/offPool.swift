import Dispatch

/// Does work that blocks on a thread of the system's: Swift's own pool has one for each processor, and they are for what never waits.
func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Swift.Result { try work() }) }
  }
}
