/** How many rounds a soak has: what fits two minutes of CI, or `TENFOLD_SOAK` times as many. */
export function soakRounds(rounds: number): number {
  const times = Number(process.env.TENFOLD_SOAK ?? 1);
  if (!Number.isInteger(times) || times < 1) throw new Error(`TENFOLD_SOAK is ${process.env.TENFOLD_SOAK}, expected a whole number from 1`);
  return rounds * times;
}
