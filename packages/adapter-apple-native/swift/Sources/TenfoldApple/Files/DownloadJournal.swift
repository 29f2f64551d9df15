import Foundation

/// What is known of one transfer that goes on while the application does not run.
public struct JournalEntry: Codable, Sendable, Equatable {
  /// By which core knows it.
  public let id: String
  /// From where.
  public let url: URL
  /// To where, relative to the store.
  public let path: String
  /// Bytes of the file that are asked for: from, and before which.
  public let start: Int
  /// Before which byte the transfer ends.
  public let end: Int
  /// SHA-256 of each chunk of the transfer.
  public let chunkDigests: [String]
  /// Bytes of a chunk.
  public let chunkBytes: Int
  /// With which the system goes on where it stopped.
  public var resumeData: Data?

  /// An entry of a transfer that has yet to begin.
  public init(id: String, url: URL, path: String, start: Int, end: Int, chunkDigests: [String] = [], chunkBytes: Int = 8 << 20) {
    self.id = id
    self.url = url
    self.path = path
    self.start = start
    self.end = end
    self.chunkDigests = chunkDigests
    self.chunkBytes = chunkBytes
  }
}

/// The transfers that are under way, in a file that survives the application. Each change is on disk before it is answered.
public actor DownloadJournal {
  private let file: URL
  private var entries: [String: JournalEntry]

  /// The journal of a file. One that cannot be read is begun anew: what it named is fetched again.
  public init(file: URL) {
    self.file = file
    let read = (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode([JournalEntry].self, from: $0) } ?? []
    entries = Dictionary(read.map { ($0.id, $0) }) { $1 }
  }

  /// All transfers, by their ids.
  public var all: [JournalEntry] { entries.values.sorted { $0.id < $1.id } }

  /// The transfer of an id.
  public subscript(id: String) -> JournalEntry? { entries[id] }

  /// Notes a transfer, before it begins.
  public func add(_ entry: JournalEntry) throws {
    entries[entry.id] = entry
    try write()
  }

  /// Notes how a transfer that stopped goes on; nil begins it anew.
  public func keep(resumeData: Data?, of id: String) throws {
    guard entries[id] != nil else { return }
    entries[id]?.resumeData = resumeData
    try write()
  }

  /// Forgets a transfer.
  public func remove(_ id: String) throws {
    guard entries.removeValue(forKey: id) != nil else { return }
    try write()
  }

  private func write() throws {
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try JSONEncoder().encode(all).write(to: file, options: .atomic)
    } catch {
      throw TenfoldError.from(error, .storageFailed, "The journal of downloads cannot be written")
    }
  }
}
