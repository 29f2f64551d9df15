/** Fields of ONNX's messages that are looked at: onnx.proto. */
const [modelGraph, graphInitializer, graphInput, initializerName, inputName] = [7, 5, 11, 8, 1];
const bytesWire = 2;

interface Span {
  start: number;
  end: number;
}

/**
 * Makes inputs that have a default value ones that have to be given: ONNX Runtime's JavaScript interfaces know no others. The default, an
 * initializer of the input's name, gets a name that nothing uses, in place: weights may lie in the same file, of which there is room for one copy.
 * @param model an ONNX model that was validated.
 */
export function requireInputs(model: Uint8Array, wanted: readonly string[]): void {
  const text = new TextDecoder();
  for (const graph of fieldsOf(model, { start: 0, end: model.length }, modelGraph)) {
    const nameOf = (message: Span, field: number): Span | undefined => fieldsOf(model, message, field).next().value;
    const spelled = (name: Span | undefined) => (name ? text.decode(model.subarray(name.start, name.end)) : "");
    const inputs = new Set<string>();
    for (const input of fieldsOf(model, graph, graphInput)) inputs.add(spelled(nameOf(input, inputName)));
    const names = wanted.filter((name) => inputs.has(name));
    if (names.length === 0) return;
    for (const initializer of fieldsOf(model, graph, graphInitializer)) {
      const name = nameOf(initializer, initializerName);
      if (name && names.includes(spelled(name))) model[name.start] = "-".charCodeAt(0);
    }
  }
}

/** Where the values of one field lie within a message. */
function* fieldsOf(bytes: Uint8Array, { start, end }: Span, wanted: number): Generator<Span, undefined> {
  let at = start;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < end; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < end) {
    const key = varint();
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === bytesWire) {
      const length = varint();
      if (field === wanted) yield { start: at, end: Math.min(at + length, end) };
      at += length;
    } else return;
  }
}
