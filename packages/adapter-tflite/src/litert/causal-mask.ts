/** Added to a score, hides what it belongs to: finite, so that also half precision holds it. */
const hidden = -1e4;

/** A row for each position from `first` on: 0 for what it may look at, itself included, of `width` positions. */
export function causalMask(first: number, rows: number, width: number): Float32Array {
  const mask = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) mask.fill(hidden, row * width + Math.min(width, first + row + 1), (row + 1) * width);
  return mask;
}
