/// The members of an object from the other side, looked at one by one.
struct Members {
  private let value: Value
  private let whole: String

  init(_ value: Value, of whole: String) {
    self.value = value
    self.whole = whole
  }

  func wrong(_ name: String, _ expected: String) -> TenfoldError {
    TenfoldError(.invalidInput, "\(name) of \(whole) is not as it has to be: \(expected).")
  }

  func text(_ name: String) throws -> String { try required(name, "text", value[name]?.text) }
  func integers(_ name: String) throws -> [Int32] { try required(name, "32-bit integers", value[name]?.integers) }
  func list(_ name: String) throws -> [Value] { try required(name, "a list", value[name]?.list) }
  func texts(_ name: String) throws -> [String] { try list(name).map { try required(name, "a list of texts", $0.text) } }

  func count(_ name: String) throws -> Int {
    try required(name, "a whole number that is not negative", value[name]?.integer.flatMap { $0 >= 0 ? $0 : nil })
  }

  func bool(_ name: String) throws -> Bool? { try optional(name, "true or false", \.bool) }
  func optionalText(_ name: String) throws -> String? { try optional(name, "text", \.text) }
  func number(_ name: String) throws -> Double? { try optional(name, "a number", \.number) }
  func integer(_ name: String) throws -> Int? { try optional(name, "a whole number", \.integer) }

  private func required<Result>(_ name: String, _ expected: String, _ result: Result?) throws -> Result {
    guard let result else { throw wrong(name, expected) }
    return result
  }

  private func optional<Result>(_ name: String, _ expected: String, _ read: (Value) -> Result?) throws -> Result? {
    guard let member = value[name], member != .null else { return nil }
    return try required(name, expected, read(member))
  }
}
