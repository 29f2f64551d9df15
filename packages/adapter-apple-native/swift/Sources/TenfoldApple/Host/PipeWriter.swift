import Foundation

/// Writes frames to a descriptor, in their order, without keeping anybody waiting.
final class PipeWriter: Sendable {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "tenfold.answers")
  private let onBroken: @Sendable () -> Void

  /// - Parameter onBroken: nobody reads any more.
  init(descriptor: Int32, onBroken: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.onBroken = onBroken
    write(framePreamble)
  }

  func send(_ message: Value) {
    do {
      write(try encodeFrame(message))
    } catch {
      let failure = TenfoldError.from(error, .generationFailed, "An answer cannot be sent")
      // Without its number nobody could be told; what has one is smaller than its answer.
      guard let number = message["number"], let frame = try? encodeFrame(["type": "error", "number": number, "error": failure.value]) else { return }
      write(frame)
    }
  }

  /// Returns when everything was written.
  func flush() { queue.sync {} }

  private func write(_ bytes: [UInt8]) {
    queue.async { [descriptor, onBroken] in
      if !writeAll(bytes, to: descriptor) { onBroken() }
    }
  }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { raw in
    var rest = raw[...]
    while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
      let written = write(descriptor, start, rest.count)
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}
