import Foundation

/// A place in the store.
/// - Throws: ``TenfoldError`` `invalid-input` for a path that leads out of it.
func storePath(_ path: String, in store: URL) throws -> URL {
  let steps = path.split(separator: "/", omittingEmptySubsequences: false)
  guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") && !$0.contains("\\") }) else {
    throw TenfoldError(.invalidInput, "\"\(path)\" is no path within the store.")
  }
  return steps.reduce(store) { $0.appendingPathComponent(String($1)) }
}
