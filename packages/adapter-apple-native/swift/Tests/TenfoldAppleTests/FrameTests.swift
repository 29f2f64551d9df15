import Testing

@testable import TenfoldApple

@Test func aMessageComesBackAsItWas() throws {
  let message: Value = ["a": .integers([1, -2]), "b": [.floats([0.5]), .bytes([0, 255]), .number(.infinity)], "c": "é😀", "d": [1, -0.5, true, nil, []]]
  var reader = FrameReader()
  var read: [Value] = []
  for byte in framePreamble + (try encodeFrame(message)) { read += try reader.push([byte]) }
  #expect(read == [message])
  #expect(reader.isAtBorder)
}
