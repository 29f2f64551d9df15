/// Something that is no frame: nothing after it can be read.
public struct FrameRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What came instead: "a header that is not JSON".
  public let description: String

  init(_ description: String) { self.description = description }
}
