import { sum } from '../statistics/column.ts';
import { greatest } from '../statistics/cusum.ts';
import { logAverage } from '../statistics/log-space.ts';
import { isSharedUnit } from '../protocol/shared-units.ts';
import { harmTerms } from './harm-terms.ts';
import { type JudgeConfig, sourceOf } from './judge-config.ts';
import type { JudgeState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { othersWithout } from './units/suspects.ts';
import { loudest } from './units/unit-guard.ts';

/** Few units without which hardly any evidence for harm is left, the one that brought most of it first. */
export interface Culprits {
  readonly units: readonly [string, ...string[]];
  /** ln of what is left. */
  readonly logWithout: number;
}

/** Whose the harm is: everybody's, single units', or not told yet. */
export type Blame = 'all' | 'unclear' | Culprits;

/** With fewer units than this on the new side a failure is the rollout's, not a unit's. */
const fewestUnits = 5;

function mayBlame({ units }: JudgeState, config: JudgeConfig, step: JudgeStep): boolean {
  if (step.ringUnits !== undefined || sourceOf(config).tier !== 'unit') return false;
  const gone = new Set(step.quarantined ?? []);
  const exposed = units.names.filter((name, row) => units.side[row] === 2 && !gone.has(name));
  return exposed.length >= fewestUnits;
}

/** 20 to 1: so likely the others must look harmed as well. */
const othersLookHarmed = Math.log(20);

/** ln of the evidence: what was found, and what is too much. */
export interface Charge {
  readonly logHarm: number;
  readonly needed: number;
}

/**
 * Whose the harm is, once it is found. A ring and fewer than five units on the new side are blamed as a
 * whole; elsewhere a single unit may be, or two, one of which has broken by itself just then.
 */
export function blameFor(
  state: JudgeState,
  config: JudgeConfig,
  step: JudgeStep,
  charge: Charge,
): Blame {
  const first = mayBlame(state, config, step) ? culpritOf(state, config, []) : null;
  if (first === null) return 'all';
  const ofOne = blameForOne(state, first, charge);
  if (ofOne !== 'all') return ofOne;
  const second = culpritOf(state, config, first.rows);
  return second === null ? 'all' : blameForTwo(state, second, charge);
}

/**
 * The harm is one unit's where less than the square root of what is too much is left without the unit,
 * and the others fail no oftener than the old side, tolerance or not, or less than half as clearly as
 * they would if they were harmed as much. The first alone would blame a unit that makes much of the
 * traffic when everybody is harmed, since not knowing the onset cuts the others' evidence short. Where
 * only the second is in doubt, the next ticks tell: the others' sums rise beyond what is too much, or fall
 * back.
 */
function blameForOne(state: JudgeState, unit: Found, { needed }: Charge): Blame {
  if (unit.logWithout >= needed / 2) return 'all';
  const others = othersOf(state, unit.rows);
  const limit = Math.max(othersLookHarmed, asHarmed(state, unit.rows) / 2);
  if (others < limit) return namesOf(state, unit);
  return others < needed ? 'unclear' : 'all';
}

/**
 * What is left without two units is an estimate, and where everybody is harmed the two that fail most
 * take much with them. So more is asked: the square of what is too much, as broken units bring it at
 * once, and others that hardly stand out beside it.
 */
function blameForTwo(state: JudgeState, units: Found, { logHarm, needed }: Charge): Blame {
  if (logHarm < 2 * needed || units.logWithout >= needed / 2) return 'all';
  const limit = Math.min(othersLookHarmed, asHarmed(state, units.rows) / 6);
  return othersOf(state, units.rows) < limit ? namesOf(state, units) : 'all';
}

/** Units by row, the one found first before the other. */
interface Found extends Pick<Culprits, 'logWithout'> {
  readonly rows: readonly [number, ...number[]];
}

/** The unit without which, and without those found before, the least evidence is left; null for none. */
function culpritOf(
  state: JudgeState,
  config: JudgeConfig,
  before: readonly number[],
): Found | null {
  const suspects = state.guards.flatMap((guard) =>
    guard.kind === 'errors' ? guard.evidence.suspects : [],
  );
  const rows = new Set([...suspects.map(({ row }) => row), ...loudest(state.unitGuard)]);
  let culprit: Found | null = null;
  for (const row of rows) {
    if (before.includes(row) || isSharedUnit(state.units.names[row] ?? '')) continue;
    const logWithout = logAverage(harmTerms(state, config, [...before, row]));
    if (culprit !== null && logWithout >= culprit.logWithout) continue;
    const [first, ...rest] = [...before, row];
    culprit = { rows: [first, ...rest], logWithout };
  }
  return culprit;
}

function namesOf({ units }: JudgeState, { rows, logWithout }: Found): Culprits {
  const [first, ...rest] = rows;
  const name = (row: number): string => units.names[row] ?? '';
  return { units: [name(first), ...rest.map(name)], logWithout };
}

/** How much the units but those of `rows` look harmed, onset known. */
function othersOf({ guards }: JudgeState, rows: readonly number[]): number {
  return greatest(
    guards.flatMap((guard) => (guard.kind === 'errors' ? othersWithout(guard.evidence, rows) : [])),
  );
}

/** How harmed the others would look by now if everybody were harmed alike. */
function asHarmed({ guards, units }: JudgeState, rows: readonly number[]): number {
  const all = greatest(
    guards.flatMap((guard) => (guard.kind === 'errors' ? guard.evidence.recent : [])),
  );
  const whole = sum(units.recentRequests);
  const own = sum(rows.map((row) => units.recentRequests[row] ?? 0));
  return whole === 0 ? 0 : all * (1 - own / whole);
}
