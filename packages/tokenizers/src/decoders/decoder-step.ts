/**
 * One step from tokens to text. It is given the parts that the step before it made, one after the other, and gives its own parts,
 * so that a stream is decoded as it comes, and equal to what is decoded at once.
 */
export interface DecoderStep {
  push(part: string): string[];
  /** What was held back. */
  end(): string[];
}

export function mapParts(map: (part: string, index: number) => string): DecoderStep {
  let index = 0;
  return {
    push(part) {
      index += 1;
      return [map(part, index - 1)];
    },
    end: () => [],
  };
}
