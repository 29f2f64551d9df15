import Foundation

/// The descriptors of a host, as `docs/host-protocol.md` has them.
private enum Descriptor {
  static let requests: Int32 = 0
  static let prints: Int32 = 2
  static let answers: Int32 = 3
  static let lifeline: Int32 = 4
}

/// The work of a host process: never returns, and ends the process with 0, or with 1 over something that is no frame.
/// - Parameter loaders: frameworks by their names.
public func runHost(loaders: [String: any ModelLoader]) async -> Never {
  // Whatever native code prints is for the log.
  dup2(Descriptor.prints, 1)
  signal(SIGPIPE, SIG_IGN)
  // Ctrl-C reaches every process of a terminal; the parent decides when this one ends.
  signal(SIGINT, SIG_IGN)
  watchLifeline()
  let writer = PipeWriter(descriptor: Descriptor.answers) { _exit(0) }
  let session = HostSession(loaders: loaders, send: writer.send) {
    writer.flush()
    _exit(0)
  }
  for await message in messages(from: Descriptor.requests) { await session.receive(message) }
  // Nobody waits for anything; the system frees what is left.
  _exit(0)
}

/// Descriptor 4 closes with the parent, and then nothing that is being computed is of use to anybody.
private func watchLifeline() {
  Thread.detachNewThread {
    var byte: UInt8 = 0
    while true {
      let count = read(Descriptor.lifeline, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { _exit(0) }
    }
  }
}

private func messages(from descriptor: Int32) -> AsyncStream<Value> {
  AsyncStream { continuation in
    Thread.detachNewThread {
      var reader = FrameReader()
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        do {
          for message in try reader.push(piece.prefix(count)) { continuation.yield(message) }
        } catch {
          FileHandle.standardError.write(Data("The parent sent \(error).\n".utf8))
          _exit(1)
        }
      }
      // The end of the stream ends the process at once, whatever is being computed.
      _exit(reader.isAtBorder ? 0 : 1)
    }
  }
}
