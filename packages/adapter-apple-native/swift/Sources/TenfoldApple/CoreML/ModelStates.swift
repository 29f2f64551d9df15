import CoreML

/// The states of a model, which systems before iOS 18 and macOS 15 do not know: there a model has none.
struct ModelStates {
  /// Their names.
  let names: Set<String>
  /// The shape of each.
  let shapes: [[Int]]
  /// All of them together.
  let sizeBytes: Int

  init(_ description: MLModelDescription) {
    guard #available(iOS 18.0, macOS 15.0, *) else {
      (names, shapes, sizeBytes) = ([], [], 0)
      return
    }
    let states = description.stateDescriptionsByName
    let constraints = states.values.compactMap(\.stateConstraint)
    names = Set(states.keys)
    shapes = constraints.map(\.bufferShape)
    sizeBytes = constraints.reduce(0) { sum, state in sum + state.bufferShape.reduce(ElementType(state.dataType)?.sizeBytes ?? 2, *) }
  }
}
