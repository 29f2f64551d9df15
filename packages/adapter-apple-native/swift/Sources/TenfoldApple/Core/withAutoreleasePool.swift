import Foundation

/// Frees what frameworks in Objective-C made meanwhile. Elsewhere nothing has to be freed.
func withAutoreleasePool<Result>(_ body: () throws -> Result) rethrows -> Result {
  #if canImport(ObjectiveC)
    return try autoreleasepool(invoking: body)
  #else
    return try body()
  #endif
}
