import Foundation

@testable import TenfoldApple

/// What was sent, in its order, for tests to wait for.
actor Recorder {
  private(set) var messages: [Value] = []
  private var waiting: [(condition: @Sendable ([Value]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

  nonisolated var send: @Sendable (Value) -> Void {
    let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
    Task { for await message in stream { await self.append(message) } }
    return { continuation.yield($0) }
  }

  func append(_ message: Value) {
    messages.append(message)
    let ready = waiting.filter { $0.condition(messages) }
    waiting.removeAll { $0.condition(messages) }
    for one in ready { one.continuation.resume() }
  }

  /// Returns when what came is as it has to be.
  func until(_ condition: @escaping @Sendable ([Value]) -> Bool) async {
    if condition(messages) { return }
    await withCheckedContinuation { waiting.append((condition, $0)) }
  }

  func types() -> [String] { messages.compactMap { $0["type"]?.text } }
}

/// A folder that is gone after the test.
func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tenfold-\(UUID().uuidString)", isDirectory: true)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

func code(_ body: () async throws -> some Any) async -> ErrorCode? {
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? TenfoldError)?.code
  }
}

func message(_ body: () async throws -> some Any) async -> String {
  do {
    _ = try await body()
    return ""
  } catch {
    return (error as? TenfoldError)?.message ?? "\(error)"
  }
}

func loadMessage(
  framework: String, role: String = "logits", format: String = "mlpackage", files: [Value] = [], directory: URL? = nil, options: Value = [:]
) -> Value {
  var model: [String: Value] = ["id": "model", "variant": ["id": "v", "format": .text(format)], "files": .list(files)]
  if let directory { model["directory"] = .text(directory.path) }
  return ["type": "load", "role": .text(role), "framework": .text(framework), "model": .object(model), "options": options]
}
