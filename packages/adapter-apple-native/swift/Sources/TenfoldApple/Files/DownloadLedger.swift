import Foundation

/// What becomes of transfers, apart from who carries them: journal, verification, and where the bytes go.
public actor DownloadLedger {
  /// What core is told.
  public enum Event: Sendable, Equatable {
    /// So many of so many bytes came.
    case progress(id: String, doneBytes: Int, totalBytes: Int)
    /// Its bytes are in their place; these of them are not what was asked for, and have to be fetched again.
    case finished(id: String, damaged: [Range<Int>])
    /// It stopped. One that resumes goes on where it was.
    case stopped(id: String, error: TenfoldError, resumes: Bool)
  }

  private let journal: DownloadJournal
  private let store: URL
  private let tell: @Sendable (Event) -> Void

  /// A ledger that puts files into a folder.
  public init(journal: DownloadJournal, store: URL, tell: @escaping @Sendable (Event) -> Void) {
    self.journal = journal
    self.store = store
    self.tell = tell
  }

  /// After a start of the application: those of the journal that the system no longer carries have to be begun again.
  /// - Parameter carried: ids that the system has.
  public func missing(from carried: Set<String>) async -> [JournalEntry] { await journal.all.filter { !carried.contains($0.id) } }

  /// Bytes came.
  public func progressed(_ id: String, doneBytes: Int) async {
    guard let entry = await journal[id] else { return }
    tell(.progress(id: id, doneBytes: doneBytes, totalBytes: entry.end - entry.start))
  }

  /// A transfer ended, and its bytes are in a file that is moved into its place.
  /// - Parameter status: of HTTP.
  public func finished(_ id: String, at file: URL, status: Int) async {
    guard let entry = await journal[id] else { return }
    do {
      // A server that ignores ranges sends the whole file with 200: that is what was asked for only where all of it was.
      guard status == 206 || (status == 200 && entry.start == 0) else {
        try await journal.keep(resumeData: nil, of: id)
        return tell(.stopped(id: id, error: TenfoldError(.httpStatus, "The source answered \(status).", details: ["status": .integer(status)]), resumes: false))
      }
      let size = (try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? NSNumber)?.intValue ?? 0
      guard size == entry.end - entry.start else {
        try await journal.keep(resumeData: nil, of: id)
        return tell(.stopped(id: id, error: TenfoldError(.sizeMismatch, "\(size) bytes came; \(entry.end - entry.start) were asked for."), resumes: false))
      }
      let damaged =
        entry.chunkDigests.isEmpty
        ? [] : try damagedChunks(of: file, digests: entry.chunkDigests, chunkBytes: entry.chunkBytes, sizeBytes: size)
      let target = try storePath(entry.path, in: store)
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
      try FileManager.default.moveItem(at: file, to: target)
      try protect(target)
      try await journal.remove(id)
      tell(.finished(id: id, damaged: damaged.map { ($0.lowerBound + entry.start)..<($0.upperBound + entry.start) }))
    } catch {
      tell(.stopped(id: id, error: TenfoldError.from(error, .storageFailed, "What was downloaded cannot be kept"), resumes: false))
    }
  }

  /// A transfer stopped before its end.
  /// - Parameter resumeData: with which the system goes on.
  public func failed(_ id: String, _ error: any Error, resumeData: Data?) async {
    guard await journal[id] != nil else { return }
    try? await journal.keep(resumeData: resumeData, of: id)
    tell(.stopped(id: id, error: TenfoldError.from(error, .network, "The download stopped"), resumes: resumeData != nil))
  }
}
