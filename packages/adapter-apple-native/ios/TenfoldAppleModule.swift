@preconcurrency import ExpoModulesCore
import Foundation

/// The module `TenfoldApple`: `src/native-module.ts` is the other side of this file. Nothing is decided here.
public final class TenfoldAppleModule: Module, @unchecked Sendable {
  private let sessions = ModelSessions(frameworks: AppleFrameworks(cacheFolder: AppleFrameworks.defaultCacheFolder).addingLibraries())
  private let store = StoreFolder.ofApplication
  private let hashes = Hashes()
  private let transfers = HTTPTransfers()
  private var watching: Task<Void, Never>?

  /// What JavaScript sees.
  public func definition() -> ModuleDefinition {
    Name("TenfoldApple")
    Events("memoryPressure", "deviceState")
    Constant("home") { self.store.root.path }

    AsyncFunction("describe") { () async throws -> String in try text(self.sessions.description) }
    Function("openSession") { () -> Int in self.sessions.open() }
    Function("writeSession") { (session: Int, bytes: Data) in self.sessions.write(bytes, to: session) }
    Function("endSession") { (session: Int) in self.sessions.end(session) }
    AsyncFunction("readSession") { (session: Int) async throws -> Data? in try await self.sessions.read(from: session) }
    AsyncFunction("closeSession") { (session: Int, now: Bool) async in await self.sessions.close(session, now: now) }

    AsyncFunction("stat") { (path: String) async throws -> [String: Any]? in try failing { try self.store.stat(path) } }
    AsyncFunction("list") { (path: String) async throws -> [String] in try failing { try self.store.list(path) } }
    AsyncFunction("read") { (path: String, start: Int, end: Int) async throws -> Data in try failing { try self.store.read(path, start, end) } }
    AsyncFunction("writeAtomic") { (path: String, bytes: Data) async throws in try failing { try self.store.writeAtomic(path, bytes) } }
    AsyncFunction("openFile") { (path: String) async throws -> Int in try failing { try self.store.open(path) } }
    AsyncFunction("writeFile") { (file: Int, bytes: Data, position: Double) async throws in
      try failing { try self.store.write(bytes, to: file, at: UInt64(position)) }
    }
    AsyncFunction("truncateFile") { (file: Int, size: Double) async throws in try failing { try self.store.truncate(file, UInt64(size)) } }
    AsyncFunction("syncFile") { (file: Int) async throws in try failing { try self.store.sync(file) } }
    AsyncFunction("closeFile") { (file: Int) async throws in try failing { try self.store.close(file) } }
    AsyncFunction("rename") { (from: String, to: String) async throws in try failing { try self.store.rename(from, to) } }
    AsyncFunction("remove") { (path: String) async throws in try failing { try self.store.remove(path) } }
    AsyncFunction("link") { (from: String, to: String) async throws in try failing { try self.store.link(from, to) } }
    AsyncFunction("bringIn") { (from: String, to: String) async throws -> String in try failing { try self.store.bringIn(from, to) } }
    AsyncFunction("freeBytes") { () async throws -> Double? in try failing { try self.store.freeBytes() } }
    AsyncFunction("listLocal") { (path: String) async throws -> [[String: Any]] in try failing { try self.store.listLocal(path) } }
    AsyncFunction("readLocal") { (location: String, start: Int, end: Int) async throws -> Data in
      try failing { try StoreFolder.read(URL(fileURLWithPath: location), start, end) }
    }
    Function("openHash") { () -> Int in self.hashes.open() }
    Function("updateHash") { (hash: Int, bytes: Data) in self.hashes.update(hash, bytes) }
    AsyncFunction("digestHash") { (hash: Int) async -> String in self.hashes.digest(hash) }

    AsyncFunction("openGet") { (url: URL, headers: [String: String], followsRedirects: Bool) async -> Int in
      self.transfers.open(url, headers: headers, followsRedirects: followsRedirects)
    }
    AsyncFunction("answerOfGet") { (get: Int) async throws -> [String: Any] in try await self.transfers.answer(of: get) }
    AsyncFunction("readGet") { (get: Int) async throws -> Data? in try await self.transfers.read(get) }
    Function("cancelGet") { (get: Int) in self.transfers.cancel(get) }

    AsyncFunction("hardware") { () async throws -> String in try text(deviceHardware()) }
    AsyncFunction("deviceState") { () async throws -> String in try text(await DeviceMonitor(signals: AppleDeviceSignals()).state().value) }
    OnStartObserving { self.watch() }
    OnStopObserving { self.watching?.cancel() }
    OnDestroy { self.watching?.cancel() }
  }

  private func watch() {
    watching?.cancel()
    watching = Task { [weak self] in
      for await event in DeviceMonitor(signals: AppleDeviceSignals()).events() {
        guard let self, !Task.isCancelled else { return }
        switch event {
        case .memoryPressure(let critical): self.sendEvent("memoryPressure", ["level": critical ? "critical" : "warning"])
        case .state(let state): if let json = try? text(state.value) { self.sendEvent("deviceState", ["state": json]) }
        }
      }
    }
  }
}

private func text(_ value: Value) throws -> String { String(decoding: try value.json(), as: UTF8.self) }

/// Work whose errors reach JavaScript with the code of a TenfoldError.
private func failing<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch {
    throw ModuleError(TenfoldError.from(error, .storageFailed, "The store's folder cannot be used"))
  }
}
