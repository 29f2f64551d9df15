/// One channel from its first message to its last: any number of echoes, one load, then what the model is asked for.
public actor HostSession {
  private enum State {
    case waiting
    case loading(Task<Void, Never>, early: [Value])
    case serving(ModelService)
    case over
  }

  private let loaders: [String: any ModelLoader]
  private let send: @Sendable (Value) -> Void
  private let close: @Sendable () -> Void
  private var state = State.waiting
  private var lastFraction = 0.0

  /// A session that can load with these frameworks, by their names.
  /// - Parameters:
  ///   - send: sends a message to the other side.
  ///   - close: ends the channel, once everything was sent.
  public init(loaders: [String: any ModelLoader], send: @escaping @Sendable (Value) -> Void, close: @escaping @Sendable () -> Void) {
    self.loaders = loaders
    self.send = send
    self.close = close
  }

  /// Takes a message. Messages are to be given in their order, each after the one before was taken.
  public func receive(_ message: Value) async {
    switch state {
    case .waiting where message["type"]?.text == "echo": send(["type": "echo", "value": message["value"] ?? nil])
    case .waiting: state = .loading(Task { await self.load(message) }, early: [])
    case .loading(let task, let early): state = .loading(task, early: early + [message])
    case .serving(let service): await service.receive(message)
    case .over: break
    }
  }

  /// The other side is gone.
  public func disconnect() async {
    let last = state
    state = .over
    switch last {
    case .loading(let task, _): task.cancel()
    case .serving(let service): await service.disconnect()
    case .waiting, .over: break
    }
  }

  private func load(_ message: Value) async {
    do {
      let request = try LoadRequest(message)
      guard let loader = loaders[request.framework] else {
        let known = loaders.keys.sorted().joined(separator: ", ")
        throw TenfoldError(.frameworkUnavailable, "This host has no framework \"\(request.framework)\"; it has \(known).")
      }
      let model = try await loader.load(request) { fraction in Task { await self.report(fraction) } }
      await serve(model, request)
    } catch {
      refuse(TenfoldError.from(error, .loadFailed, "The model could not be loaded"))
    }
  }

  private func serve(_ model: any ServedModel, _ request: LoadRequest) async {
    let use = await model.memory()
    if let limit = request.options.memoryLimitBytes, use.totalBytes > limit {
      await model.dispose()
      let message = "\(request.modelId) takes \(use.totalBytes) bytes of memory; \(limit) are allowed."
      return refuse(TenfoldError(.outOfMemory, message, framework: request.framework))
    }
    // A fraction that was on its way comes too late.
    lastFraction = .infinity
    let service = ModelService(model: model, send: send, close: close)
    await service.greet()
    // Whatever came meanwhile is taken in its order, before what is still to come.
    while case .loading(let task, let early) = state {
      if early.isEmpty {
        state = .serving(service)
      } else {
        state = .loading(task, early: [])
        for one in early { await service.receive(one) }
      }
    }
    if case .over = state { await service.disconnect() }
  }

  private func refuse(_ error: TenfoldError) {
    send(["type": "refused", "error": error.value])
    state = .over
    close()
  }

  private func report(_ fraction: Double) {
    guard case .loading = state, fraction - lastFraction >= 0.01, fraction <= 1 else { return }
    lastFraction = fraction
    send(["type": "progress", "fraction": .number(fraction)])
  }
}
