import type { LockLevel } from '../change.ts';
import type { PlannedStatement, PlanPhase } from '../planned-statement.ts';
import { atEnd, type MeasuredPart, type RehearsedCost } from '../rehearsal/rehearsal.ts';
import { batchCosts, type Moments } from './batch-costs.ts';
import {
  CATALOG_PAGES_WAL,
  COMMIT_S,
  MOMENT_S,
  MOMENT_WAL,
  ruleOfThumb,
  type SizedTable,
  type StatementCost,
} from './rule-of-thumb.ts';
import { workOf } from './statement-work.ts';

/** What one statement of a plan would take. `blocked`: seconds from its lock to the end of its transaction. */
export interface PredictedStatement extends StatementCost {
  /** Zero for locks that keep neither readers nor writers waiting. */
  readonly blocked: number;
}

/** What a plan would take on a target. Seconds and bytes, without waiting for others. */
export interface Prediction {
  /** What it goes by: the last rehearsal of exactly this migration, or figures of other machines. */
  readonly basis: 'rehearsal' | 'ruleOfThumb';
  /** One for each statement of the plan, in its order. */
  readonly statements: readonly PredictedStatement[];
  /** The longest that readers or writers are kept out at a time, for each table where anybody is. */
  readonly blocked: readonly { readonly table: string; readonly seconds: number }[];
  /**
   * The transaction that ends the time of two versions, where the plan does not show its statements yet: it
   * takes ACCESS EXCLUSIVE on these tables for so long. Null where it shows them, or nothing is left to do.
   */
  readonly contract: { readonly tables: readonly string[]; readonly seconds: number } | null;
  readonly backfill: number;
  readonly verify: number;
  /** Building indexes and proving constraints, beside others. */
  readonly index: number;
  /** Up to the end of contract. Every replica receives it, and every slot keeps it until it is read. */
  readonly walBytes: number;
  /** What files grow by until vacuum. */
  readonly diskBytes: number;
  /** The WAL's share that is whole pages, written again after a checkpoint. */
  readonly fullPageBytes: number;
  /** Where a rehearsal says how far it may be wrong: the least and the most. */
  readonly between?: { readonly least: Totals; readonly most: Totals };
}

/** What grows with the rows. */
export type Totals = Pick<Prediction, 'backfill' | 'verify' | 'index' | 'walBytes' | 'diskBytes'>;

/** What a prediction goes by. */
export interface Known {
  readonly tables: readonly SizedTable[];
  /** What a rehearsal of the same migration came to; null without one. */
  readonly rehearsed: RehearsedCost | null;
  /** `full_page_writes`: a page goes into the WAL whole when it is first changed after a checkpoint. */
  readonly fullPageWrites: boolean;
}

const FELT: readonly LockLevel[] = ['Share', 'ShareRowExclusive', 'AccessExclusive'];

/** In which measured part a rehearsal carries a phase out. It never retires at full size. */
const PARTS: Readonly<Record<PlanPhase, MeasuredPart | null>> = {
  baseline: 'expand',
  expand: 'expand',
  backfill: 'backfill',
  index: 'index',
  verify: 'verify',
  seal: 'seal',
  contract: 'contract',
  retire: null,
};

/** A statement with what it takes. */
interface Costed {
  readonly statement: PlannedStatement;
  readonly cost: StatementCost;
}

/**
 * Lock × seconds, WAL and disk of every statement of a plan. Times of a rehearsed part are those that the
 * rehearsal's line gives for the whole table, dealt to the part's statements as the rule of thumb weighs
 * them; to an index that is built beside writers comes its second pass, and to a backfill what its batches cost besides
 * their rows.
 *
 * Whole pages are added to the rest of the WAL, which knows none: each page of the table and of its indexes
 * once, as where a checkpoint came before the backfill and rows are filled in the order in which they lie. With
 * rows in another order than their key's, or several checkpoints in the time of a backfill, it is more; with
 * `wal_compression` less.
 */
export function predict(statements: readonly PlannedStatement[], known: Known): Prediction {
  const { rehearsed } = known;
  const prediction = predictedBy(statements, known);
  if (rehearsed === null) return prediction;
  const [least, most] = (['low', 'high'] as const).map((end) =>
    predictedBy(statements, { ...known, rehearsed: atEnd(rehearsed, end) }),
  );
  if (least === undefined || most === undefined) return prediction;
  return { ...prediction, between: { least: totalsOf(least), most: totalsOf(most) } };
}

const totalsOf = ({ backfill, verify, index, walBytes, diskBytes }: Prediction): Totals => {
  return { backfill, verify, index, walBytes, diskBytes };
};

function predictedBy(statements: readonly PlannedStatement[], known: Known): Prediction {
  const moments = momentsOf(known);
  const all = dealt(statements, known, moments);
  const predicted = all.map(({ cost }, at) => ({
    ...cost,
    blocked: blockedFrom(all, at, moments),
  }));
  const during = (...phases: readonly PlanPhase[]): number =>
    total(
      all.filter(({ statement }) => phases.includes(statement.phase)),
      'seconds',
    );
  const contract = contractOf(statements, known, moments);
  const catalogBytes = contract === null ? 0 : CONTRACT_STATEMENTS * MOMENT_WAL;
  const { walBytes, ...sizes } = written(all, known);
  return {
    basis: known.rehearsed === null ? 'ruleOfThumb' : 'rehearsal',
    statements: predicted,
    blocked: longestBlocks(all, predicted, contract),
    contract,
    backfill: during('backfill'),
    verify: during('verify'),
    index: during('index', 'seal'),
    walBytes: walBytes + catalogBytes,
    ...sizes,
  };
}

const momentsOf = ({ rehearsed }: Known): Moments =>
  rehearsed === null
    ? { commit: COMMIT_S, note: MOMENT_S }
    : { commit: rehearsed.commitMs / 1_000, note: rehearsed.noteMs / 1_000 };

const total = (some: readonly Costed[], of: keyof StatementCost): number =>
  some.reduce((sum, { cost }) => sum + cost[of], 0);

/** The rule of thumb for each statement, or its share of what was measured for all of them. */
function dealt(
  statements: readonly PlannedStatement[],
  { tables, rehearsed }: Known,
  moments: Moments,
): readonly Costed[] {
  const all = statements.map((statement) => ({
    statement,
    cost: ruleOfThumb(statement, sizeOf(tables, statement.table)),
  }));
  if (rehearsed === null) return all;
  return all.map(({ statement, cost }) => {
    const seconds = shareOf(all, { statement, cost }, rehearsed);
    if (seconds === null) return { statement, cost };
    const rows = sizeOf(tables, statement.table)?.rows ?? 0;
    const besides = workOf(statement) === 'fill' ? batchCosts(rows, seconds, moments) : 0;
    return { statement, cost: { ...cost, seconds: seconds + besides } };
  });
}

/** Of what its part took, as the rule of thumb weighs it; null for what is not rehearsed. */
function shareOf(
  all: readonly Costed[],
  { statement, cost }: Costed,
  { ms, passMs }: RehearsedCost,
): number | null {
  const part = PARTS[statement.phase];
  if (part === null) return null;
  const alike = (isAlike: (other: PlannedStatement) => boolean): number =>
    total(
      all.filter((other) => isAlike(other.statement)),
      'seconds',
    );
  const seconds =
    (ms[part].value / 1_000) * (cost.seconds / alike((other) => PARTS[other.phase] === part));
  if (workOf(statement) !== 'buildBeside') return seconds;
  const ofPasses = cost.seconds / alike((other) => workOf(other) === 'buildBeside');
  return seconds + (passMs.value / 1_000) * ofPasses;
}

function sizeOf(tables: readonly SizedTable[], name: string): SizedTable | undefined {
  return tables.find((one) => one.name.split('.').at(-1)?.replaceAll('"', '') === name);
}

/** What a transaction locks stays locked to its end: the notes that belong to it, and its commit. */
function blockedFrom(all: readonly Costed[], at: number, { commit, note }: Moments): number {
  const own = all[at]?.statement;
  if (own === undefined || !FELT.includes(own.lock)) return 0;
  const rest = all.slice(at).filter(({ statement }) => isTogether(own, statement));
  return total(rest, 'seconds') + (NOTES[own.phase] ?? 0) * note + commit;
}

/** Statements on Crossfade's own notes that a transaction makes within its locks: how far it is, and who is in quarantine. */
const NOTES: Partial<Readonly<Record<PlanPhase, number>>> = { expand: 1, contract: 2, retire: 1 };

/** Contract is one transaction; expand one for each table; what builds and proves stands by itself. */
function isTogether(one: PlannedStatement, other: PlannedStatement): boolean {
  if (one.phase === 'index' || one.phase === 'seal') return one === other;
  if (one.phase !== other.phase) return false;
  return one.phase === 'contract' || one.phase === 'retire' || one.table === other.table;
}

/** Of about so many statements is a contract that nobody has rehearsed. */
const CONTRACT_STATEMENTS = 20;

/** What contract comes to is planned when expand has been; that it locks every table is known before. */
function contractOf(
  statements: readonly PlannedStatement[],
  { tables, rehearsed }: Known,
  { commit, note }: Moments,
): Prediction['contract'] {
  if (statements.every(({ phase }) => phase === 'retire')) return null;
  if (statements.some(({ phase }) => phase === 'contract')) return null;
  const seconds = (rehearsed?.ms.contract.value ?? 1_000 * CONTRACT_STATEMENTS * MOMENT_S) / 1_000;
  const notes = (NOTES.contract ?? 0) * note;
  return { tables: tables.map(({ name }) => name), seconds: seconds + notes + commit };
}

function longestBlocks(
  all: readonly Costed[],
  predicted: readonly PredictedStatement[],
  contract: Prediction['contract'],
): Prediction['blocked'] {
  const longest = new Map(contract?.tables.map((name) => [name, contract.seconds]));
  for (const [at, { statement }] of all.entries()) {
    const seconds = Math.max(predicted[at]?.blocked ?? 0, longest.get(statement.table) ?? 0);
    if (seconds > 0) longest.set(statement.table, seconds);
  }
  return [...longest].map(([table, seconds]) => ({ table, seconds }));
}

/** To the end of contract: what a rollback would retire is no part of it. */
function written(
  all: readonly Costed[],
  { tables, rehearsed, fullPageWrites }: Known,
): Pick<Prediction, 'walBytes' | 'diskBytes' | 'fullPageBytes'> {
  const wanted = all.filter(({ statement }) => statement.phase !== 'retire');
  const filled = wanted.filter(({ statement }) => statement.phase === 'backfill');
  const names = new Set(filled.map(({ statement }) => statement.table));
  const touched = tables.filter((table) => [...names].some((name) => sizeOf([table], name)));
  const pages = touched.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0);
  const catalog = wanted.length === 0 ? 0 : CATALOG_PAGES_WAL;
  const fullPageBytes = fullPageWrites ? pages + catalog : 0;
  if (rehearsed === null) {
    const walBytes = total(wanted, 'walBytes') + fullPageBytes;
    return { walBytes, diskBytes: total(wanted, 'diskBytes'), fullPageBytes };
  }
  const moments = wanted.filter(({ statement }) => workOf(statement) === 'moment');
  const counted = rehearsed.walBytes.value + rehearsed.builtBytes.value;
  return {
    walBytes: counted + total(moments, 'walBytes') + fullPageBytes,
    diskBytes: rehearsed.grownBytes.value,
    fullPageBytes,
  };
}
