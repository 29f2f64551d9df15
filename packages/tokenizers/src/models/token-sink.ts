/** Where a model writes tokens. */
export interface TokenSink {
  ids: Int32Array;
  /** Where each token begins and ends in the bytes it was made from, two numbers each. Absent when nobody asks for offsets. */
  spans?: Int32Array;
  length: number;
}

export function createTokenSink(capacity: number, withSpans: boolean): TokenSink {
  const ids = new Int32Array(Math.max(16, capacity));
  return withSpans ? { ids, spans: new Int32Array(ids.length * 2), length: 0 } : { ids, length: 0 };
}

/** Makes room for `count` more tokens. */
export function reserveTokens(sink: TokenSink, count: number): void {
  if (sink.length + count <= sink.ids.length) return;
  const capacity = Math.max(sink.ids.length * 2, sink.length + count);
  const ids = new Int32Array(capacity);
  ids.set(sink.ids);
  sink.ids = ids;
  if (!sink.spans) return;
  const spans = new Int32Array(capacity * 2);
  spans.set(sink.spans);
  sink.spans = spans;
}

export function pushToken(sink: TokenSink, id: number, start: number, end: number): void {
  if (sink.length === sink.ids.length) reserveTokens(sink, 1);
  sink.ids[sink.length] = id;
  if (sink.spans) {
    sink.spans[sink.length * 2] = start;
    sink.spans[sink.length * 2 + 1] = end;
  }
  sink.length += 1;
}
