import Foundation

extension Value: Codable {
  /// Reads what JSON holds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let list = try? container.decode([Value].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: Value].self))
    }
  }

  /// Writes what JSON holds; binary numbers are written as lists.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let bool): try container.encode(bool)
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let members): try container.encode(members)
    case .bytes(let bytes): try container.encode(bytes)
    case .integers(let integers): try container.encode(integers)
    case .floats(let floats): try container.encode(floats)
    }
  }

  /// The value that JSON text means.
  /// - Throws: `DecodingError` for what is not JSON.
  public init(json: Data) throws {
    self = try JSONDecoder().decode(Value.self, from: json)
  }

  /// JSON text in UTF-8, the members of objects in the order of their names.
  /// - Throws: `EncodingError` for numbers that JSON has no word for.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
