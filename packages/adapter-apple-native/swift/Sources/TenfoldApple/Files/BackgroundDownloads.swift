import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

#if canImport(Darwin)
  private let resumeDataKey = NSURLSessionDownloadTaskResumeData
#else
  // Foundation on Linux has resume data and no name for it.
  private let resumeDataKey = "NSURLSessionDownloadTaskResumeData"
#endif

/// Transfers that the system carries on while the application is suspended, or does not run at all.
public final class BackgroundDownloads: NSObject, URLSessionDownloadDelegate, Sendable {
  private let ledger: DownloadLedger
  private let journal: DownloadJournal
  private let arrivals: URL

  /// Transfers by way of a ledger.
  /// - Parameter arrivals: a folder of the application's own: the system deletes what it fetched as soon as it was told of.
  public init(ledger: DownloadLedger, journal: DownloadJournal, arrivals: URL) {
    self.ledger = ledger
    self.journal = journal
    self.arrivals = arrivals
  }

  /// The session that carries them. One of each name may exist, also across starts of the application.
  public func makeSession(named name: String) -> URLSession {
    #if canImport(Darwin)
      let configuration = URLSessionConfiguration.background(withIdentifier: name)
      configuration.sessionSendsLaunchEvents = true
    #else
      let configuration = URLSessionConfiguration.default
    #endif
    return URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
  }

  /// Begins a transfer, or goes on with one that stopped.
  public func start(_ entry: JournalEntry, in session: URLSession) async throws {
    let resumeData = await journal[entry.id]?.resumeData
    if resumeData == nil { try await journal.add(entry) }
    let task: URLSessionDownloadTask
    if let resumeData {
      task = session.downloadTask(withResumeData: resumeData)
    } else {
      var request = URLRequest(url: entry.url)
      if entry.start > 0 || !entry.chunkDigests.isEmpty { request.setValue("bytes=\(entry.start)-\(entry.end - 1)", forHTTPHeaderField: "Range") }
      task = session.downloadTask(with: request)
    }
    // What the task is comes back with it when the application starts anew.
    task.taskDescription = entry.id
    task.resume()
  }

  /// Begins again what the system lost.
  public func restore(in session: URLSession) async throws {
    let carried = await withCheckedContinuation { continuation in
      session.getAllTasks { continuation.resume(returning: Set($0.compactMap(\.taskDescription))) }
    }
    for entry in await ledger.missing(from: carried) { try await start(entry, in: session) }
  }

  /// Part of `URLSessionDownloadDelegate`.
  public func urlSession(_ session: URLSession, downloadTask: URLSessionDownloadTask, didFinishDownloadingTo location: URL) {
    guard let id = downloadTask.taskDescription else { return }
    let kept = arrivals.appendingPathComponent(UUID().uuidString)
    let status = (downloadTask.response as? HTTPURLResponse)?.statusCode ?? 0
    do {
      try FileManager.default.createDirectory(at: arrivals, withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: location, to: kept)
    } catch {
      let failure = TenfoldError.from(error, .storageFailed, "What was downloaded cannot be kept")
      Task { [ledger] in await ledger.failed(id, failure, resumeData: nil) }
      return
    }
    Task { [ledger] in
      await ledger.finished(id, at: kept, status: status)
      try? FileManager.default.removeItem(at: kept)
    }
  }

  /// Part of `URLSessionDownloadDelegate`.
  public func urlSession(
    _ session: URLSession, downloadTask: URLSessionDownloadTask, didWriteData bytesWritten: Int64, totalBytesWritten: Int64,
    totalBytesExpectedToWrite: Int64
  ) {
    guard let id = downloadTask.taskDescription else { return }
    Task { [ledger] in await ledger.progressed(id, doneBytes: Int(totalBytesWritten)) }
  }

  /// Part of `URLSessionTaskDelegate`: also called, without an error, after a file came.
  public func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    guard let id = task.taskDescription, let error else { return }
    let resumeData = (error as NSError).userInfo[resumeDataKey] as? Data
    let failure = TenfoldError.from(error, .network, "The download stopped")
    Task { [ledger] in await ledger.failed(id, failure, resumeData: resumeData) }
  }
}
