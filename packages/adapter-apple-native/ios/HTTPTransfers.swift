@preconcurrency import ExpoModulesCore
import Foundation

/// Answers to GET, read piece by piece: a reader that is slow holds its connection back.
final class HTTPTransfers: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private final class Transfer {
    let task: URLSessionDataTask
    let followsRedirects: Bool
    var response: HTTPURLResponse?
    var pieces: [Data] = []
    var isOver = false
    var failure: (any Error)?
    var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ task: URLSessionDataTask, followsRedirects: Bool) {
      self.task = task
      self.followsRedirects = followsRedirects
    }
  }

  /// Above this much that nobody has read, the task is suspended.
  private static let mostHeldBytes = 8 << 20
  private let lock = NSLock()
  private var transfers: [Int: Transfer] = [:]
  private lazy var session: URLSession = {
    let configuration = URLSessionConfiguration.default
    // What core fetches it verifies and keeps itself.
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    return URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
  }()

  func open(_ url: URL, headers: [String: String], followsRedirects: Bool) -> Int {
    var request = URLRequest(url: url)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    return lock.withLock {
      let task = session.dataTask(with: request)
      transfers[task.taskIdentifier] = Transfer(task, followsRedirects: followsRedirects)
      task.resume()
      return task.taskIdentifier
    }
  }

  func answer(of number: Int) async throws -> [String: Any] {
    while true {
      let found = try lock.withLock { () throws -> HTTPURLResponse? in
        guard let transfer = transfers[number] else { throw ModuleError(TenfoldError(.network, "The transfer is over.")) }
        if transfer.response == nil, transfer.isOver { throw Self.failure(transfer) }
        return transfer.response
      }
      if let found {
        let headers = found.allHeaderFields.reduce(into: [String: String]()) { all, one in all["\(one.key)".lowercased()] = "\(one.value)" }
        return ["status": found.statusCode, "statusText": "", "headers": headers]
      }
      await change(of: number)
    }
  }

  func read(_ number: Int) async throws -> Data? {
    while true {
      enum Step { case piece(Data), end, wait }
      let step = try lock.withLock { () throws -> Step in
        guard let transfer = transfers[number] else { return .end }
        if !transfer.pieces.isEmpty {
          let piece = transfer.pieces.removeFirst()
          if Self.held(transfer) < Self.mostHeldBytes / 2, !transfer.isOver { transfer.task.resume() }
          return .piece(piece)
        }
        guard transfer.isOver else { return .wait }
        transfers[number] = nil
        if transfer.failure != nil { throw Self.failure(transfer) }
        return .end
      }
      switch step {
      case .piece(let piece): return piece
      case .end: return nil
      case .wait: await change(of: number)
      }
    }
  }

  func cancel(_ number: Int) { lock.withLock { transfers[number]?.task }?.cancel() }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse, completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    update(dataTask) { $0.response = response as? HTTPURLResponse }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    update(dataTask) { transfer in
      transfer.pieces.append(data)
      if Self.held(transfer) > Self.mostHeldBytes { transfer.task.suspend() }
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    update(task) { transfer in
      transfer.isOver = true
      transfer.failure = error
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(lock.withLock { transfers[task.taskIdentifier]?.followsRedirects } == true ? request : nil)
  }

  private func update(_ task: URLSessionTask, _ change: (Transfer) -> Void) {
    let waiting = lock.withLock { () -> [CheckedContinuation<Void, Never>] in
      guard let transfer = transfers[task.taskIdentifier] else { return [] }
      change(transfer)
      defer { transfer.waiting = [] }
      return transfer.waiting
    }
    for one in waiting { one.resume() }
  }

  /// Returns when something may have come since it was looked at last.
  private func change(of number: Int) async {
    await withCheckedContinuation { continuation in
      let isWaiting = lock.withLock { () -> Bool in
        guard let transfer = transfers[number], !transfer.isOver, transfer.pieces.isEmpty else { return false }
        transfer.waiting.append(continuation)
        return true
      }
      if !isWaiting { continuation.resume() }
    }
  }

  private static func held(_ transfer: Transfer) -> Int { transfer.pieces.reduce(0) { $0 + $1.count } }

  private static func failure(_ transfer: Transfer) -> ModuleError {
    ModuleError(TenfoldError(.network, transfer.failure?.localizedDescription ?? "The connection ended before it answered."))
  }
}
