/// Tokens where a framework hides its tokenizer: an estimate, and said to be one.
enum TokenEstimate {
  /// A token for each four bytes, rounded up.
  static func tokens(in text: String) -> Int { (text.utf8.count + 3) / 4 }

  /// Each message has some tokens that mark it.
  static func tokens(in messages: [Message]) -> Int { messages.reduce(0) { $0 + tokens(in: $1.text) + 4 } }
}
