/// What JSON cannot hold: where in the message it belongs, and where its bytes are or what its name is. The message has null there.
struct Part: Equatable {
  enum Step: Equatable {
    case name(String)
    case position(Int)
  }

  enum Content: Equatable {
    case binary(Kind, offset: Int, sizeBytes: Int)
    case number(Double)
  }

  enum Kind: String {
    case bytes = "u8"
    case integers = "i32"
    case floats = "f32"

    var elementBytes: Int { self == .bytes ? 1 : 4 }
  }

  let path: [Step]
  let content: Content
}

extension Part {
  private static let numbers: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]

  init(_ value: Value) throws {
    guard let steps = value["path"]?.list else { throw FrameRefusal("a part without a path") }
    path = try steps.map { step in
      if let name = step.text { return .name(name) }
      if let position = step.integer { return .position(position) }
      throw FrameRefusal("a part that has no place in its message")
    }
    if value["kind"]?.text == "number" {
      guard let number = value["value"]?.text.flatMap({ Self.numbers[$0] }) else { throw FrameRefusal("a number that has no name") }
      content = .number(number)
      return
    }
    guard let kind = value["kind"]?.text.flatMap(Kind.init) else { throw FrameRefusal("a part of an unknown kind") }
    guard let offset = value["offset"]?.integer, let sizeBytes = value["sizeBytes"]?.integer, offset >= 0, sizeBytes >= 0, sizeBytes % kind.elementBytes == 0
    else { throw FrameRefusal("a part that lies outside of its payload") }
    content = .binary(kind, offset: offset, sizeBytes: sizeBytes)
  }

  /// As the header lists it.
  var value: Value {
    let steps = Value.list(
      path.map { step in
        switch step {
        case .name(let name): .text(name)
        case .position(let position): .integer(position)
        }
      })
    switch content {
    case .binary(let kind, let offset, let sizeBytes):
      return ["path": steps, "kind": .text(kind.rawValue), "offset": .integer(offset), "sizeBytes": .integer(sizeBytes)]
    case .number(let number):
      return ["path": steps, "kind": "number", "value": .text(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")]
    }
  }

  /// The value of this part among the bytes of a payload.
  func read(from payload: ArraySlice<UInt8>) throws -> Value {
    switch content {
    case .number(let number): return .number(number)
    case .binary(let kind, let offset, let sizeBytes):
      // Both are at most what an Int holds: their sum may be more.
      guard sizeBytes <= payload.count, offset <= payload.count - sizeBytes else { throw FrameRefusal("a part that lies outside of its payload") }
      let bytes = payload[(payload.startIndex + offset)..<(payload.startIndex + offset + sizeBytes)]
      switch kind {
      case .bytes: return .bytes(Array(bytes))
      case .integers: return .integers(Words.integers(in: bytes))
      case .floats: return .floats(Words.floats(in: bytes))
      }
    }
  }
}
