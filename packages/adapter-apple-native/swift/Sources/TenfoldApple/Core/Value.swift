/// Data as messages carry it: what JSON has, and binary numbers, which travel beside it.
public enum Value: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([Value])
  case object([String: Value])
  case bytes([UInt8])
  case integers([Int32])
  case floats([Float])
}

extension Value {
  /// A member of an object; nil for anything else.
  public subscript(name: String) -> Value? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  /// The text, where it is one.
  public var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The whole number, where it is one.
  public var integer: Int? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The number, whole or not.
  public var number: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// Yes or no, where it is one.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The list, where it is one.
  public var list: [Value]? {
    if case .list(let list) = self { list } else { nil }
  }

  /// The members, where it is an object.
  public var object: [String: Value]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// 32-bit integers, where they are binary.
  public var integers: [Int32]? {
    if case .integers(let integers) = self { integers } else { nil }
  }

  /// 32-bit floats, where they are binary.
  public var floats: [Float]? {
    if case .floats(let floats) = self { floats } else { nil }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// Text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Yes or no.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  /// An object; of two members of one name the last counts.
  public init(dictionaryLiteral elements: (String, Value)...) { self = .object(Dictionary(elements) { $1 }) }
  /// Nothing.
  public init(nilLiteral: ()) { self = .null }
}
