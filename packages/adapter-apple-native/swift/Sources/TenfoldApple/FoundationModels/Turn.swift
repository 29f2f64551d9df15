#if canImport(FoundationModels)
  import FoundationModels

  /// One answer of Apple's model, as it comes.
  @available(iOS 26.0, macOS 26.0, *)
  struct Turn {
    let options: GenerationOptions
    /// The newest state of an answer that is held to a schema.
    var json = ""
    private(set) var said = ""
    private var tracker = DeltaTracker()
    private var stopwatch = Stopwatch()
    private var last = ""
    private var snapshots = 0
    private let maxTokens: Int?

    init(_ request: GenerateRequest) {
      maxTokens = request.maxTokens
      let sampling = request.sampling
      let seed = request.seed.map { UInt64(bitPattern: Int64($0)) }
      var mode: GenerationOptions.SamplingMode?
      if sampling.temperature == 0 {
        mode = .greedy
      } else if let topK = sampling.topK, topK > 0 {
        mode = .random(top: topK, seed: seed)
      } else if let threshold = sampling.topP ?? (seed == nil ? nil : 1) {
        // A seed goes with a way of choosing only: this one leaves nothing out.
        mode = .random(probabilityThreshold: threshold, seed: seed)
      }
      options = GenerationOptions(
        sampling: mode, temperature: sampling.temperature == 0 ? nil : sampling.temperature, maximumResponseTokens: request.maxTokens)
    }

    /// The system does not say why it ended; a snapshot for each token that was allowed is as good as told.
    var reachedLimit: Bool { maxTokens.map { snapshots >= $0 } ?? false }

    mutating func take(snapshot: String) throws -> String {
      snapshots += 1
      last = snapshot
      return take(delta: try tracker.delta(of: snapshot))
    }

    mutating func takeRest() throws -> String {
      take(delta: try tracker.rest(of: last))
    }

    mutating func take(delta: String) -> String {
      if !delta.isEmpty { stopwatch.noteText() }
      said += delta
      return delta
    }

    func finish(_ messages: [Message], _ reason: GenerateEvent.FinishReason) -> GenerateEvent {
      let usage = GenerateEvent.Usage(promptTokens: TokenEstimate.tokens(in: messages), completionTokens: TokenEstimate.tokens(in: said))
      return .finish(reason, usage, stopwatch.timings(usage))
    }
  }
#endif
