/** Where `'s|'t|'re|'ve|'m|'ll|'d` ends, when it stands at `at`; `at` otherwise. */
export function contractionEnd(bytes: Uint8Array, at: number, end: number, anyCase: boolean): number {
  if (bytes[at] !== 0x27 || at + 1 >= end) return at;
  const fold = anyCase ? 0x20 : 0;
  const first = (bytes[at + 1] as number) | fold;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2;
  // The long s is an s to expressions that ignore case.
  if (anyCase && bytes[at + 1] === 0xc5 && at + 2 < end && bytes[at + 2] === 0xbf) return at + 3;
  if (at + 2 >= end) return at;
  const second = (bytes[at + 2] as number) | fold;
  if ((first === 0x72 || first === 0x76) && second === 0x65) return at + 3;
  return first === 0x6c && second === 0x6c ? at + 3 : at;
}
