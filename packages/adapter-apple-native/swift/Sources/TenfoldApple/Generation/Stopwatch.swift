/// Times of one answer.
struct Stopwatch: Sendable {
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var first: Double?

  init() { begin = clock.now }

  /// Words came.
  mutating func noteText() { if first == nil { first = elapsedMs } }

  func timings(_ usage: GenerateEvent.Usage) -> GenerateEvent.Timings { .init(firstMs: first, totalMs: elapsedMs, usage: usage) }

  private var elapsedMs: Double {
    let (seconds, attoseconds) = (clock.now - begin).components
    return Double(seconds) * 1000 + Double(attoseconds) / 1e15
  }
}
