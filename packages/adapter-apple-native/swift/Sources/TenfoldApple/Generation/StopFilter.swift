/// Ends an answer before the first stop string, however the text is cut into pieces.
public struct StopFilter: Sendable {
  private let stops: [[Unicode.Scalar]]
  private var held: [Unicode.Scalar] = []
  /// True once a stop string came; nothing after it is said.
  public private(set) var isStopped = false

  /// A filter for stop strings; empty ones count for nothing.
  public init(_ stops: [String]) { self.stops = stops.map { Array($0.unicodeScalars) }.filter { !$0.isEmpty } }

  /// What may be said now. The beginning of a stop string waits for what follows.
  public mutating func push(_ text: String) -> String {
    if isStopped { return "" }
    held.append(contentsOf: text.unicodeScalars)
    for start in held.indices {
      let rest = held[start...]
      if stops.contains(where: { rest.starts(with: $0) }) {
        isStopped = true
        return release(start)
      }
      if stops.contains(where: { $0.starts(with: rest) }) { return release(start) }
    }
    return release(held.count)
  }

  /// What waited for a stop string that never came.
  public mutating func finish() -> String { isStopped ? "" : release(held.count) }

  private mutating func release(_ count: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: held.prefix(count))
    held.removeFirst(count)
    return String(text)
  }
}
