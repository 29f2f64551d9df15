/// A loaded model, in whichever role.
public protocol ServedModel: Sendable {
  /// What it says of itself.
  var greeting: Greeting { get }
  /// Memory in use now.
  func memory() async -> MemoryUse
  /// The answer to a call. Cancellation of the task throws `CancellationError`.
  func call(_ call: Call) async throws -> Value
  /// An answer, event by event. `emit` returns when the reader has room for more, and throws when nobody reads any more.
  func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws
  /// Frees native memory.
  func dispose() async
}

extension ServedModel {
  /// Nothing can be asked of a model that does not say otherwise.
  public func call(_ call: Call) async throws -> Value {
    throw TenfoldError(.unsupportedRequest, "This model does not offer that.")
  }

  /// What computes logits answers nothing.
  public func generate(_ request: GenerateRequest, emit: @Sendable (GenerateEvent) async throws -> Void) async throws {
    throw TenfoldError(.unsupportedRequest, "This model computes logits and answers nothing.")
  }
}
