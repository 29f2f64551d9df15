/// What loads the models of one framework.
public protocol ModelLoader: Sendable {
  /// Loads a model, or throws and leaves nothing behind.
  /// - Parameter progress: takes fractions from 0 to 1.
  func load(_ request: LoadRequest, progress: @escaping @Sendable (Double) -> Void) async throws -> any ServedModel
}
