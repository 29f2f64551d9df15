import Foundation
import Testing

@testable import TenfoldApple

@Test func anErrorSaysAllItKnows() {
  let error = TenfoldError(.outOfMemory, "No.", remedy: "Wait.", retryable: true, framework: "mlx", details: ["bytes": 1])
  #expect(
    error.value == [
      "code": "out-of-memory", "message": "No.", "remedy": "Wait.", "retryable": true, "framework": "mlx", "details": ["bytes": 1],
    ])
  #expect(TenfoldError(.disposed, "x").value == ["code": "disposed", "message": "x"])
}

@Test func whatOthersThrowGetsACodeAndKeepsItsWords() {
  struct Odd: Error {}
  struct Described: LocalizedError { var errorDescription: String? { "in words" } }
  let own = TenfoldError(.network, "x")
  #expect(TenfoldError.from(own, .loadFailed, "Loading") == own)
  #expect(TenfoldError.from(Described(), .loadFailed, "Loading").message == "Loading: in words")
  #expect(TenfoldError.from(Odd(), .loadFailed, "Loading").message.contains("Odd"))
  #expect(TenfoldError.from(CocoaError(.fileWriteOutOfSpace), .storageFailed, "Writing").code == .diskFull)
  #expect(TenfoldError.from(CocoaError(.fileReadNoSuchFile), .loadFailed, "Reading").code == .notInstalled)
  #expect(TenfoldError.from(CocoaError(.fileReadCorruptFile), .loadFailed, "Reading").code == .loadFailed)
  #expect(TenfoldError.from(CocoaError(.fileReadNoSuchFile), .network, "Reading").code == .network)
}

@Test func valuesAreReadByTheirTypes() throws {
  let value = try Value(json: Data(#"{"a":1,"b":1.5,"c":"x","d":true,"e":[null],"f":{},"g":1e300}"#.utf8))
  #expect(value["a"]?.integer == 1 && value["a"]?.number == 1 && value["b"]?.number == 1.5 && value["b"]?.integer == nil)
  #expect(value["c"]?.text == "x" && value["d"]?.bool == true && value["e"]?.list == [nil] && value["f"]?.object == [:] && value["g"]?.number == 1e300)
  #expect(value["a"]?["b"] == nil && Value.null.text == nil && value["c"]?.bool == nil && value["c"]?.list == nil && value["c"]?.object == nil)
  #expect(Value.integers([1]).integers == [1] && Value.floats([1]).floats == [1] && Value.null.integers == nil && Value.null.floats == nil)
  #expect(
    String(decoding: try Value.object(["b": .bytes([1]), "a": .integers([2]), "c": .floats([0.5])]).json(), as: UTF8.self) == #"{"a":[2],"b":[1],"c":[0.5]}"#)
}
