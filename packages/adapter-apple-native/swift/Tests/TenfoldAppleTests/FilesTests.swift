import Foundation
import Testing

@testable import TenfoldApple

private struct Open: ScopedAccess {
  let log: Log
  final class Log: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [String] = []
    var all: [String] { lock.withLock { list } }
    func add(_ what: String) { lock.withLock { list.append(what) } }
  }
  func begin(_ url: URL) -> Bool {
    log.add("begin")
    return true
  }
  func end(_ url: URL) { log.add("end") }
}

private actor Told {
  private(set) var events: [DownloadLedger.Event] = []
  nonisolated let stream: AsyncStream<DownloadLedger.Event>
  nonisolated let tell: @Sendable (DownloadLedger.Event) -> Void
  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: DownloadLedger.Event.self)
    self.stream = stream
    tell = { continuation.yield($0) }
  }
}

private func write(_ bytes: [UInt8], _ url: URL) throws -> URL {
  try Data(bytes).write(to: url)
  return url
}

struct FilesTests {
  @Test func digestsAreThoseOfTheStandard() {
    #expect(Sha256.hexDigest(of: Array("".utf8)) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Sha256.hexDigest(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
    #expect(Sha256.hexDigest(of: long) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    var pieces = Sha256()
    for _ in 0..<1000 { pieces.update([UInt8](repeating: 0x61, count: 1000)) }
    #expect(pieces.hexDigest() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func onlyDamagedChunksAreNamed() async throws {
    try await withFolder { folder in
      let bytes = (0..<250).map { UInt8($0) }
      let file = try write(bytes, folder.appendingPathComponent("a"))
      let digests = stride(from: 0, to: 250, by: 100).map { Sha256.hexDigest(of: Array(bytes[$0..<min(250, $0 + 100)])) }
      #expect(try damagedChunks(of: file, digests: digests, chunkBytes: 100, sizeBytes: 250) == [])
      var bad = bytes
      bad[120] ^= 1
      _ = try write(Array(bad.prefix(220)), file)
      #expect(try damagedChunks(of: file, digests: digests, chunkBytes: 100, sizeBytes: 250) == [100..<200, 200..<250])
      #expect(await code { try damagedChunks(of: file, digests: [], chunkBytes: 100, sizeBytes: 250) } == .invalidInput)
      #expect(await code { try hashFile(at: folder.appendingPathComponent("absent")) } == .notInstalled)
      var seen = 0
      #expect(try hashFile(at: file, range: 100..<200) { seen = $0 } != digests[1])
      #expect(seen == 100)
    }
  }

  @Test func hashingCanBeCancelled() async throws {
    try await withFolder { folder in
      let file = try write([1], folder.appendingPathComponent("a"))
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try hashFile(at: file)
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test func aJournalOutlivesItsProcess() async throws {
    try await withFolder { folder in
      let file = folder.appendingPathComponent("a/journal.json")
      let url = try #require(URL(string: "https://example.org/a"))
      let journal = DownloadJournal(file: file)
      try await journal.add(JournalEntry(id: "1", url: url, path: "a", start: 0, end: 4))
      try await journal.add(JournalEntry(id: "2", url: url, path: "b", start: 0, end: 4))
      try await journal.keep(resumeData: Data([1]), of: "1")
      try await journal.keep(resumeData: Data([1]), of: "absent")
      try await journal.remove("2")
      try await journal.remove("absent")
      let next = DownloadJournal(file: file)
      #expect(await next.all.map(\.id) == ["1"])
      #expect(await next["1"]?.resumeData == Data([1]))
      let ledger = DownloadLedger(journal: next, store: folder) { _ in }
      #expect(await ledger.missing(from: ["1"]).isEmpty)
      #expect(await ledger.missing(from: []).map(\.id) == ["1"])
      try Data("{torn".utf8).write(to: file)
      #expect(await DownloadJournal(file: file).all.isEmpty)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("a"))
      try Data().write(to: folder.appendingPathComponent("a"))
      #expect(await code { try await next.remove("1") } == .storageFailed)
    }
  }

  @Test func whatCameIsVerifiedAndPutInItsPlace() async throws {
    try await withFolder { folder in
      let told = Told()
      let journal = DownloadJournal(file: folder.appendingPathComponent("journal.json"))
      let ledger = DownloadLedger(journal: journal, store: folder.appendingPathComponent("store"), tell: told.tell)
      let url = try #require(URL(string: "https://example.org/a"))
      func entry(_ id: String, start: Int = 0, path: String = "models/a") -> JournalEntry {
        let digests = [Sha256.hexDigest(of: [1, 2]), Sha256.hexDigest(of: [3, 4])]
        return JournalEntry(id: id, url: url, path: path, start: start, end: start + 4, chunkDigests: digests, chunkBytes: 2)
      }
      func arrived(_ bytes: [UInt8]) throws -> URL { try write(bytes, folder.appendingPathComponent("arrived")) }

      try await journal.add(entry("good"))
      await ledger.progressed("good", doneBytes: 2)
      await ledger.finished("good", at: try arrived([1, 2, 3, 4]), status: 200)
      try await journal.add(entry("damaged", start: 8))
      await ledger.finished("damaged", at: try arrived([1, 2, 9, 9]), status: 206)
      try await journal.add(entry("whole", start: 8))
      await ledger.finished("whole", at: try arrived([1, 2, 3, 4]), status: 200)
      try await journal.add(entry("short"))
      await ledger.finished("short", at: try arrived([1]), status: 206)
      try await journal.add(entry("outside", path: "../a"))
      await ledger.finished("outside", at: try arrived([1, 2, 3, 4]), status: 206)
      await ledger.failed("short", URLError(.timedOut), resumeData: Data([7]))
      await ledger.finished("unknown", at: folder, status: 200)
      await ledger.failed("unknown", URLError(.timedOut), resumeData: nil)
      await ledger.progressed("unknown", doneBytes: 2)

      var events: [DownloadLedger.Event] = []
      for await event in told.stream {
        events.append(event)
        if events.count == 7 { break }
      }
      #expect(events[0] == .progress(id: "good", doneBytes: 2, totalBytes: 4) && events[1] == .finished(id: "good", damaged: []))
      #expect(events[2] == .finished(id: "damaged", damaged: [10..<12]))
      let codes = events.dropFirst(3).map { event in if case .stopped(_, let error, _) = event { error.code } else { ErrorCode.crashed } }
      #expect(codes == [.httpStatus, .sizeMismatch, .invalidInput, .network])
      guard case .stopped(_, _, true) = events[6] else { return #expect(Bool(false)) }
      #expect(await journal["short"]?.resumeData == Data([7]))
      #expect(try Data(contentsOf: folder.appendingPathComponent("store/models/a")) == Data([1, 2, 9, 9]))
      #expect(await journal.all.map(\.id) == ["outside", "short", "whole"])
    }
  }

  @Test func aFolderIsImportedWholeOrNotAtAll() async throws {
    try await withFolder { folder in
      let source = folder.appendingPathComponent("tiny.mlpackage", isDirectory: true)
      try FileManager.default.createDirectory(at: source.appendingPathComponent("Data"), withIntermediateDirectories: true)
      _ = try write([1, 2], source.appendingPathComponent("Data/weights"))
      _ = try write([3], source.appendingPathComponent("Manifest.json"))
      let store = folder.appendingPathComponent("store")
      let log = Open.Log()
      let files = try importModel(from: source, to: "a/tiny.mlpackage", store: store, access: Open(log: log))
      #expect(files.map(\.path) == ["Data/weights", "Manifest.json"] && files[0].sizeBytes == 2 && files[1].sha256 == Sha256.hexDigest(of: [3]))
      #expect(log.all == ["begin", "end"])
      #expect(await code { try importModel(from: source, to: "a/tiny.mlpackage", store: store, access: Open(log: log)) } == .conflict)
      #expect(await code { try importModel(from: source, to: "../b", store: store, access: Open(log: log)) } == .invalidInput)
      #expect(await code { try importModel(from: folder.appendingPathComponent("absent"), to: "b", store: store, access: Open(log: log)) } == .notInstalled)
      try FileManager.default.createSymbolicLink(at: source.appendingPathComponent("link"), withDestinationURL: URL(fileURLWithPath: "/etc/passwd"))
      #expect(await code { try importModel(from: source, to: "b", store: store, access: Open(log: log)) } == .invalidFormat)
      #expect(try FileManager.default.contentsOfDirectory(atPath: store.path) == ["a"])
      let one = try importModel(from: source.appendingPathComponent("Manifest.json"), to: "c.json", store: store, access: Open(log: log))
      #expect(one == [ImportedFile(path: "Manifest.json", sizeBytes: 1, sha256: Sha256.hexDigest(of: [3]))])
      #expect(log.all.count == 12)
    }
  }
}
