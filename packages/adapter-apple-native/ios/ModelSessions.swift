import Foundation

/// Models of this application, each in a session that reads and writes the protocol of hosts.
final class ModelSessions: @unchecked Sendable {
  private final class Session {
    var reader = FrameReader()
    let answers: AsyncStream<Data>
    var iterator: AsyncStream<Data>.Iterator
    let requests: AsyncStream<Value>.Continuation
    let finish: @Sendable () -> Void
    var isGreeted = false
    let work: Task<Void, Never>

    init(loaders: [String: any ModelLoader]) {
      let (answers, answer) = AsyncStream.makeStream(of: Data.self)
      let (values, requests) = AsyncStream.makeStream(of: Value.self)
      self.answers = answers
      self.requests = requests
      iterator = answers.makeAsyncIterator()
      finish = { answer.finish() }
      answer.yield(Data(framePreamble))
      let session = HostSession(
        loaders: loaders,
        send: { message in
          do {
            answer.yield(Data(try encodeFrame(message)))
          } catch {
            // A side that cannot answer ends the channel.
            answer.finish()
          }
        },
        close: { answer.finish() })
      work = Task {
        for await message in values { await session.receive(message) }
        await session.disconnect()
        answer.finish()
      }
    }
  }

  private let frameworks: AppleFrameworks
  private let lock = NSLock()
  private var sessions: [Int: Session] = [:]
  private var last = 0

  init(frameworks: AppleFrameworks) { self.frameworks = frameworks }

  /// What is here, as `--describe` of the host says it.
  var description: Value { HostDescription(frameworks: frameworks.support).value }

  func open() -> Int {
    let session = Session(loaders: frameworks.loaders)
    return lock.withLock {
      last += 1
      sessions[last] = session
      return last
    }
  }

  func write(_ bytes: Data, to number: Int) {
    guard let session = session(number) else { return }
    do {
      for message in try session.reader.push(bytes) { session.requests.yield(message) }
    } catch {
      // Nothing after it can be read.
      session.requests.finish()
    }
  }

  func end(_ number: Int) { session(number)?.requests.finish() }

  /// The next bytes; nil when there will be none. One call at a time.
  func read(from number: Int) async throws -> Data? {
    guard let session = session(number) else { return nil }
    var iterator = session.iterator
    let bytes = await iterator.next()
    session.iterator = iterator
    return bytes
  }

  /// Returns when the model is gone.
  func close(_ number: Int, now: Bool) async {
    guard let session = session(number) else { return }
    session.requests.finish()
    if now { session.finish() }
    await session.work.value
    lock.withLock { sessions[number] = nil }
  }

  private func session(_ number: Int) -> Session? { lock.withLock { sessions[number] } }
}
