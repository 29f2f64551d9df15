import Foundation
import Testing

@testable import TenfoldApple

private let lyingHeaders: [(header: String, words: String)] = [
  (#"{"message":null,"parts":[{"kind":"u8","offset":0,"sizeBytes":0}]}"#, "without a path"),
  (#"{"message":[null],"parts":[{"path":[true],"kind":"u8","offset":0,"sizeBytes":0}]}"#, "no place"),
  (#"{"message":[null],"parts":[{"path":[1],"kind":"u8","offset":0,"sizeBytes":0}]}"#, "no place"),
  (#"{"message":{"a":null},"parts":[{"path":["a"],"kind":"number","value":"1"}]}"#, "no name"),
  (#"{"message":{"a":null},"parts":[{"path":["a"],"kind":"u8","offset":9223372036854775807,"sizeBytes":8}]}"#, "outside"),
  (#"{"message":{"a":null},"parts":[{"path":["a"],"kind":"u8","offset":0.5,"sizeBytes":0}]}"#, "outside"),
  (String(repeating: "[", count: 100_000), "not JSON"),
]

@Test func aMessageComesBackAsItWasWhateverPiecesItComesIn() throws {
  let message: Value = [
    "a": .integers([1, -2]), "b": [.floats([0.5]), .bytes([0, 255]), .number(.infinity), .number(-.infinity)], "c": "é😀\u{0}", "d": [1, -0.5, true, nil, []],
  ]
  var reader = FrameReader()
  var read: [Value] = []
  for byte in framePreamble + (try encodeFrame(message)) { read += try reader.push([byte]) }
  #expect(read == [message])
  #expect(reader.isAtBorder)
}

@Test func notANumberCrossesToo() throws {
  var reader = FrameReader()
  let read = try reader.push(framePreamble + (try encodeFrame(["x": .number(.nan)])))
  #expect(read[0]["x"]?.number?.isNaN == true)
}

@Test(arguments: lyingHeaders)
func aFrameThatLiesIsRefused(header: String, words: String) throws {
  var reader = FrameReader()
  let frame = Words.bytes(of: header.utf8.count) + Words.bytes(of: 0) + Array(header.utf8)
  do {
    _ = try reader.push(framePreamble + frame)
    Issue.record("it was read")
  } catch {
    #expect((error as? FrameRefusal)?.description.contains(words) == true)
  }
}

@Test func whatIsTooLongIsRefusedByItsLengthAlone() throws {
  var reader = FrameReader(limits: FrameLimits(headerBytes: 10, payloadBytes: 10))
  #expect(throws: FrameRefusal("a header of 11 bytes; 10 are allowed")) { try reader.push(framePreamble + Words.bytes(of: 11) + Words.bytes(of: 0)) }
  var other = FrameReader(limits: FrameLimits(headerBytes: 10, payloadBytes: 10))
  #expect(throws: FrameRefusal("a payload of 11 bytes; 10 are allowed")) { try other.push(framePreamble + Words.bytes(of: 1) + Words.bytes(of: 11)) }
  #expect(throws: TenfoldError.self) { try encodeFrame("much too long", limits: FrameLimits(headerBytes: 10, payloadBytes: 10)) }
}

@Test func anotherStreamOrVersionIsNamed() throws {
  var reader = FrameReader()
  #expect(throws: FrameRefusal("something else than frames")) { try reader.push(Array("Loading…".utf8)) }
  var other = FrameReader()
  #expect(throws: FrameRefusal("version 770 of the protocol; this side speaks 3")) { try other.push(Array("TFHOST".utf8) + [2, 3]) }
}

@Test func aStreamInWhichTheNextFrameHasAlwaysBegunIsReadToItsEnd() throws {
  let frame = try encodeFrame(["bytes": .bytes([UInt8](repeating: 7, count: 50_000))])
  var reader = FrameReader()
  var rest = framePreamble + Array(repeatElement(frame, count: 20).joined())
  var count = 0
  while !rest.isEmpty {
    count += try reader.push(rest.prefix(frame.count + 1)).count
    rest.removeFirst(min(rest.count, frame.count + 1))
  }
  #expect(count == 20 && reader.isAtBorder)
}

@Test func halfOfASurrogatePairBecomesAReplacementCharacterAndNothingElseChanges() throws {
  let header = #"{"message":["\ud800","x\udc00\ud83d\ude00","\\\\ud800","\ud83d\ud83d\ude00","\u00e9"]}"#
  var reader = FrameReader()
  let read = try reader.push(framePreamble + Words.bytes(of: header.utf8.count) + Words.bytes(of: 0) + Array(header.utf8))
  #expect(read == [["\u{FFFD}", "x\u{FFFD}😀", .text(#"\\ud800"#), "\u{FFFD}😀", "é"]])
  #expect(replacingHalfPairs(in: Array(#"{"a":"\u00e9\n\u12"#.utf8)[...]) == nil)
}
