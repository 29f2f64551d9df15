/// Turns texts that each hold all that was said so far into what is new in each.
///
/// Scalars are compared, not characters: an accent that comes after its letter makes another character of what was said already.
public struct DeltaTracker: Sendable {
  private var said: [Unicode.Scalar] = []

  /// Nothing said yet.
  public init() {}

  /// What is new in a text. A replacement character at its end is half of something that is still to come, and waits for it.
  /// - Throws: ``TenfoldError`` `generation-failed` when the text takes back what was said.
  public mutating func delta(of text: String) throws -> String {
    try take(Array(text.unicodeScalars), upTo: text.unicodeScalars.reversed().prefix { $0 == "\u{FFFD}" }.count)
  }

  /// What is still to be said of the last text.
  public mutating func rest(of text: String) throws -> String { try take(Array(text.unicodeScalars), upTo: 0) }

  private mutating func take(_ scalars: [Unicode.Scalar], upTo waiting: Int) throws -> String {
    let end = scalars.count - waiting
    guard end >= said.count else {
      // What waits may be all there is beyond what was said; anything shorter takes something back.
      if said.starts(with: scalars.prefix(end)), waiting > 0 { return "" }
      throw revised
    }
    guard scalars.starts(with: said) else { throw revised }
    let new = scalars[said.count..<end]
    said.append(contentsOf: new)
    var text = String.UnicodeScalarView()
    text.append(contentsOf: new)
    return String(text)
  }

  private var revised: TenfoldError { TenfoldError(.generationFailed, "The framework took back words that it had said already.") }
}
