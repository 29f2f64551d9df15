/// The serving end of a channel: answers by number, sends no more events than were asked for, and lets go of what nobody waits for.
public actor ModelService {
  /// What is being answered.
  private struct Running {
    let task: Task<Void, Never>
    var credit: Int
    var proceed: CheckedContinuation<Void, Never>?
  }

  private let model: any ServedModel
  private let send: @Sendable (Value) -> Void
  private let close: @Sendable () -> Void
  private var running: [Int: Running] = [:]
  private var tails: [Int: Task<Void, Never>] = [:]
  private var disposed = false

  /// A service of one model.
  /// - Parameters:
  ///   - send: sends a message to the other side.
  ///   - close: ends the channel, once everything was sent.
  public init(model: any ServedModel, send: @escaping @Sendable (Value) -> Void, close: @escaping @Sendable () -> Void) {
    self.model = model
    self.send = send
    self.close = close
  }

  /// Says what was loaded: the first message.
  public func greet() async { send(model.greeting.value(memory: await model.memory())) }

  /// Takes a message. What it asks for is done beside it, so that what comes next is heard at once.
  public func receive(_ message: Value) {
    guard let number = message["number"]?.integer, number > 0 else { return close() }
    do {
      switch message["type"]?.text {
      case "cancel": cancel(number)
      case "credit": addCredit(try Members(message, of: "credit").count("events"), to: number)
      case "generate":
        let credit = try Members(message, of: "generate").count("credit")
        let request = try GenerateRequest(message["request"] ?? nil)
        try start(number, credit: credit, after: nil) { service in try await service.generate(number, request) }
      case "call":
        let call = try Call(name: Members(message, of: "call").text("name"), arguments: message["arguments"] ?? nil)
        let before = call.sequence.flatMap { tails[$0] }
        try start(number, credit: 0, after: before) { service in try await service.answer(number, call) }
        if let sequence = call.sequence { tails[sequence] = running[number]?.task }
      default: throw TenfoldError(.invalidInput, "A request has a type that this version does not know.")
      }
    } catch {
      sendFailure(number, error)
    }
  }

  /// The other side is gone: nothing that is being computed is of use to anybody.
  public func disconnect() async {
    let tasks = cancelAll(but: nil)
    for task in tasks { await task.value }
    await dispose()
  }

  private func start(_ number: Int, credit: Int, after before: Task<Void, Never>?, _ work: @escaping @Sendable (ModelService) async throws -> Void) throws {
    guard running[number] == nil else { throw TenfoldError(.invalidInput, "The number \(number) is being answered already.") }
    let task = Task {
      await before?.value
      do {
        try await work(self)
      } catch {
        // Whoever cancelled has its answer already.
        if !Task.isCancelled { self.sendFailure(number, error) }
      }
      self.running[number] = nil
    }
    running[number] = Running(task: task, credit: credit)
  }

  private func answer(_ number: Int, _ call: Call) async throws {
    // It may have been cancelled while others were done before it.
    try Task.checkCancellation()
    var result = Value.null
    if call == .dispose {
      // A stream that waits for its reader would never see that the model is gone, and a model may wait for its streams.
      for task in cancelAll(but: number) { await task.value }
      await dispose()
    } else {
      result = try await model.call(call)
    }
    let memory = await model.memory()
    if !Task.isCancelled { send(["type": "result", "number": .integer(number), "result": result, "memory": memory.value]) }
    if call == .dispose { close() }
  }

  private func generate(_ number: Int, _ request: GenerateRequest) async throws {
    do {
      try Task.checkCancellation()
      try await model.generate(request) { event in try await self.emit(event, of: number) }
    } catch {
      if !Task.isCancelled { throw error }
    }
    // Also after a cancel: it says that the model has let go.
    send(["type": "end", "number": .integer(number), "memory": await model.memory().value])
  }

  private func emit(_ event: GenerateEvent, of number: Int) async throws {
    while running[number]?.credit == 0, !Task.isCancelled {
      await withCheckedContinuation { running[number]?.proceed = $0 }
    }
    try Task.checkCancellation()
    running[number]?.credit -= 1
    send(["type": "event", "number": .integer(number), "event": event.value])
  }

  private func addCredit(_ events: Int, to number: Int) {
    guard var one = running[number] else { return }
    // As much as an Int holds is as good as without end.
    one.credit = one.credit.addingReportingOverflow(events).overflow ? .max : one.credit + events
    one.proceed?.resume()
    one.proceed = nil
    running[number] = one
  }

  private func cancel(_ number: Int) {
    running[number]?.task.cancel()
    running[number]?.proceed?.resume()
    running[number]?.proceed = nil
  }

  private func cancelAll(but kept: Int?) -> [Task<Void, Never>] {
    let others = running.filter { $0.key != kept }
    for number in others.keys { cancel(number) }
    return others.values.map(\.task)
  }

  private func dispose() async {
    if disposed { return }
    disposed = true
    await model.dispose()
  }

  private func sendFailure(_ number: Int, _ error: any Error) {
    let failure = TenfoldError.from(error, .generationFailed, "The model failed")
    send(["type": "error", "number": .integer(number), "error": failure.value])
  }
}
