import Foundation
import Testing

@testable import TenfoldApple

/// A server of the test that started these, where there is one: `/model` is 100,000 bytes, each the lowest byte of its place.
private let server = ProcessInfo.processInfo.environment["TENFOLD_TEST_SERVER"].flatMap(URL.init)

@Test(.enabled(if: server != nil, "npm test starts a server for it")) func aTransferIsCarriedToItsPlaceAndOneThatWasLostBeginsAgain() async throws {
  let server = try #require(server)
  try await withFolder { folder in
    let (stream, continuation) = AsyncStream.makeStream(of: DownloadLedger.Event.self)
    let journal = DownloadJournal(file: folder.appendingPathComponent("journal.json"))
    let store = folder.appendingPathComponent("store")
    let ledger = DownloadLedger(journal: journal, store: store) { continuation.yield($0) }
    let downloads = BackgroundDownloads(ledger: ledger, journal: journal, arrivals: folder.appendingPathComponent("arrivals"))
    let session = downloads.makeSession(named: "test")
    defer { session.invalidateAndCancel() }
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    let digests = [Sha256.hexDigest(of: Array(bytes[1000..<51_000])), Sha256.hexDigest(of: [1])]
    func entry(_ id: String, _ path: String) -> JournalEntry {
      JournalEntry(
        id: id, url: server.appendingPathComponent(path), path: id, start: 1000, end: 100_000, chunkDigests: digests, chunkBytes: 50_000)
    }
    func end(of id: String) async -> DownloadLedger.Event? {
      for await event in stream {
        switch event {
        case .finished(id, _), .stopped(id, _, _): return event
        default: continue
        }
      }
      return nil
    }

    try await downloads.start(entry("part", "model"), in: session)
    #expect(await end(of: "part") == .finished(id: "part", damaged: [51_000..<100_000]))
    #expect(try Data(contentsOf: store.appendingPathComponent("part")) == Data(bytes[1000...]))
    try await downloads.start(entry("absent", "absent"), in: session)
    guard case .stopped(_, let error, false)? = await end(of: "absent") else { return #expect(Bool(false)) }
    #expect(error.code == .httpStatus)
    try await journal.remove("absent")

    // As after a start of the application that found a journal and no task.
    try await journal.add(entry("lost", "model"))
    try await downloads.restore(in: session)
    guard case .finished? = await end(of: "lost") else { return #expect(Bool(false)) }
    #expect(await journal.all.isEmpty)
    let nobody = try #require(URL(string: "http://127.0.0.1:1/"))
    try await downloads.start(JournalEntry(id: "nobody", url: nobody, path: "nobody", start: 0, end: 4), in: session)
    guard case .stopped(_, let network, _)? = await end(of: "nobody") else { return #expect(Bool(false)) }
    #expect(network.code == .network)
  }
}
