import type { FoundPlan } from '../../core/protocol/target-view.ts';
import type { IconName } from '../design/icon.tsx';
import type { Tone } from '../design/tone.ts';
import { counted } from './counted.ts';
import { span } from './time-words.ts';

type Statement = NonNullable<FoundPlan['statements']>[number];
type Prediction = NonNullable<FoundPlan['prediction']>;
type Fact = readonly [name: string, words: string];

/** Weaker locks keep neither readers nor writers waiting. */
const felt: readonly Statement['lock'][] = ['AccessExclusive', 'ShareRowExclusive', 'Share'];

/** Shorter than this is felt by nobody, and not told apart. Seconds. */
const feltSeconds = 0.1;

/** `12 kB`, `1.5 GB`, as powers of 1024. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes, 0];
  for (; value >= 1000 && at < units.length - 1; at += 1) value /= 1024;
  return `${value.toFixed(at > 0 && value < 9.95 ? 1 : 0)} ${units[at] ?? ''}`;
}

/** `ACCESS EXCLUSIVE`, as PostgreSQL's documentation writes it. */
function lockName(lock: Statement['lock']): string {
  return lock === 'none' ? 'no lock' : lock.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}

/** Whether anything is in the way, and how much there is to know. */
export function verdictOf({ findings }: FoundPlan): {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly words: string;
} {
  const count = (severity: FoundPlan['findings'][number]['severity']): number =>
    findings.filter((one) => one.severity === severity).length;
  const blocks = count('blocks');
  if (blocks > 0) {
    return { tone: 'bad', icon: 'cross', words: `No: ${counted(blocks, 'thing')} in the way` };
  }
  const warns = count('warns');
  return warns === 0
    ? { tone: 'good', icon: 'check', words: 'Nothing in the way' }
    : { tone: 'warn', icon: 'warn', words: `${counted(warns, 'thing')} to know` };
}

/** What a plan takes, fact by fact; nothing where there is nothing to do. */
export function planFacts({
  statements,
  tables,
  growth,
  prediction,
  tried = '',
}: FoundPlan): readonly Fact[] {
  if (statements === null || statements.length === 0) return [];
  const rewritten = new Set(
    statements.filter(({ rewrites }) => rewrites).map(({ table }) => table),
  );
  const facts: readonly Fact[] = [
    ['Locks', lockWords(statements)],
    ['Others wait', prediction === null ? '' : waitWords(prediction)],
    ['Rewrites', rewritten.size === 0 ? 'no table' : [...rewritten].join(', ')],
    ['Rows', tables.map(tableWords).join('; ')],
    ['Takes', prediction === null ? '' : timeWords(prediction)],
    ['WAL', prediction === null ? '' : walWords(prediction)],
    ['Disk', diskWords(growth, prediction)],
    ['Known', prediction === null ? '' : basisWords(prediction)],
    ['Tried', tried],
  ];
  return facts.filter(([, words]) => words !== '');
}

/** In place of facts where there are none. */
export function emptyWords({ statements, findings }: FoundPlan): string {
  if (findings.some(({ severity }) => severity === 'blocks')) {
    return 'What it takes is known once nothing is in the way.';
  }
  return statements === null
    ? 'What it takes cannot be told there.'
    : 'Nothing is left to do there.';
}

function lockWords(statements: readonly Statement[]): string {
  const times = new Map<string, number>();
  for (const { table, lock, phase } of statements) {
    if (!felt.includes(lock) || phase === 'contract' || phase === 'retire') continue;
    const key = `${table} ${lockName(lock)}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  if (times.size === 0) return 'none that anybody feels';
  const each = [...times].map(([key, count]) => `${key} ${count}×`);
  return `${each.join(', ')}; each gives way to others and comes back`;
}

function waitWords({ blocked }: Prediction): string {
  if (blocked.length === 0) return 'never';
  return blocked
    .map(({ table, seconds }) => `for ${table} ${lasting(seconds)} at a time`)
    .join(', ');
}

function tableWords({ name, rows, bytes, indexBytes }: FoundPlan['tables'][number]): string {
  const about = rows === null ? 'rows not counted yet' : `about ${counted(rows, 'row')}`;
  return `${name} ${about}, ${size(bytes)} and ${size(indexBytes)} of indexes`;
}

function timeWords(prediction: Prediction): string {
  return (['backfill', 'index', 'verify'] as const)
    .filter((part) => prediction[part] > 0)
    .map((part) => `${part} ${lasting(prediction[part])}${reachWords(prediction, part)}`)
    .join(', ');
}

/** How far it may be wrong, where a rehearsal says so. */
function reachWords({ between }: Prediction, part: 'backfill' | 'index' | 'verify'): string {
  if (between === undefined) return '';
  const [from, to] = [lasting(between.least[part]), lasting(between.most[part])];
  return from === to ? '' : ` (${from} to ${to})`;
}

function walWords({ walBytes, fullPageBytes, replicas, backfill, index }: Prediction): string {
  const pages = fullPageBytes === 0 ? '' : `, ${size(fullPageBytes)} of it whole pages`;
  const rate = size(walBytes / Math.max(1, backfill + index));
  const followers =
    replicas === 0 ? '' : `; ${counted(replicas, 'replica')} to keep up with ${rate}/s`;
  return `${size(walBytes)}${pages}${followers}`;
}

function diskWords(growth: number, prediction: FoundPlan['prediction']): string {
  const most = `at most +${size(growth)}`;
  if (prediction === null) return most;
  const { diskBytes, free } = prediction;
  const about = diskBytes < growth ? `about +${size(diskBytes)}, ${most}` : most;
  return `${about}${free === null ? '' : `; ${size(free)} free`}`;
}

function basisWords({ rehearsal }: Prediction): string {
  if (rehearsal === null) return 'by rule of thumb; a rehearsal measures it';
  const { age, rows } = rehearsal;
  return `by the rehearsal of ${span(age * 1_000)} ago on ${counted(rows, 'row')}`;
}

/** From where on a rollback would lose data, and what that moment takes. */
export function noReturnWords({ statements, prediction }: FoundPlan): string {
  const contract = prediction?.contract ?? null;
  if (contract !== null && contract.tables.length > 0) {
    const each = contract.tables.map((table) => `${table} ACCESS EXCLUSIVE`).join(', ');
    return `contract: ${each}, ${lasting(contract.seconds)}; until then every step can be taken back`;
  }
  return statements?.some(({ reversible }) => !reversible) === true
    ? 'contract; until then every step can be taken back'
    : '';
}

function lasting(seconds: number): string {
  return seconds < feltSeconds ? 'less than 0.1 s' : span(seconds * 1_000);
}

/** Statements that follow each other and belong together. */
export interface PlanPart {
  readonly title: string;
  /** What it takes: time, WAL, and for how long others wait. */
  readonly cost: string;
  readonly isFinal: boolean;
  readonly sql: readonly string[];
}

export function planParts({ statements, prediction }: FoundPlan): readonly PlanPart[] {
  const parts: (Omit<PlanPart, 'cost' | 'sql'> & { from: number; sql: string[] })[] = [];
  for (const [at, { phase, table, lock, sql, reversible }] of (statements ?? []).entries()) {
    const title = `${phase}, ${table}, ${lockName(lock)}`;
    const last = parts.at(-1);
    if (last?.title === title) last.sql.push(`${sql};`);
    else parts.push({ title, isFinal: !reversible, from: at, sql: [`${sql};`] });
  }
  return parts.map(({ from, ...part }) => {
    const costs = prediction?.statements.slice(from, from + part.sql.length) ?? [];
    return { ...part, cost: costs.length === 0 ? '' : costWords(costs) };
  });
}

function costWords(costs: Prediction['statements']): string {
  const sum = (of: 'seconds' | 'walBytes'): number => costs.reduce((all, one) => all + one[of], 0);
  const blocked = Math.max(...costs.map((one) => one.blocked));
  const waits = blocked === 0 ? '' : `, others wait ${lasting(blocked)}`;
  return `${lasting(sum('seconds'))}, WAL ${size(sum('walBytes'))}${waits}`;
}
