import { type ErrorsHarm, noHarm } from '../../src/core/judge/errors-judge.ts';
import type { EProcess } from '../../src/core/statistics/e-process.ts';

/** More bets than any plan has. */
const bets = Array.from({ length: 20 }, (_, bet) => bet);

/**
 * A process after its first tick whose evidence is e^`log`, the same for every bet, where the plan has
 * placed `first` of the stake by then; `log` above ln(1 - first).
 */
export function standingAt(log: number, first: number): EProcess {
  return { elapsed: 0, grown: bets.map(() => Math.log(Math.exp(log) - (1 - first))) };
}

/** Evidence for harm, ln, of an errors guard: to all operations alike, nothing in a warm-up. */
export function errorsHarmOf(log: number): ErrorsHarm {
  return { ...noHarm, usual: standingAt(log, 0.3) };
}

/** A process of an errors guard for "not worse" with so much evidence, ln. */
export function errorsProofOf(log: number): EProcess {
  return standingAt(log, 0.9);
}
