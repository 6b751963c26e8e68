import type { TargetPrediction } from '../../core/protocol/target-view.ts';
import type {
  PredictedStatement,
  Totals,
} from '../../core/schema-migration/prediction/prediction.ts';
import { sizeWords } from '../../core/schema-migration/preflight/growth.ts';
import { span } from './words.ts';

/** Shorter than this is felt by nobody, and not told apart. Seconds. */
const FELT_S = 0.1;

/** What a plan would take on a target, word by word. */
export function predictionWords(
  prediction: TargetPrediction,
): readonly (readonly [word: string, told: string])[] {
  const { fullPageBytes } = prediction;
  const times = timeWords(prediction);
  const pages = fullPageBytes === 0 ? '' : `, ${sizeWords(fullPageBytes)} of it whole pages`;
  return [
    ['blocked', blockedWords(prediction)],
    ...contractWords(prediction),
    ...(times === '' ? [] : [['takes', times] as const]),
    [
      'WAL',
      `${betweenWords(prediction, 'walBytes', sizeWords)}${pages}${replicaWords(prediction)}`,
    ],
    ['known', basisWords(prediction)],
  ];
}

/** What files grow by until vacuum, and at the most. */
export function diskWords(prediction: TargetPrediction | null, growth: number): string {
  const most = `at most +${sizeWords(growth)}`;
  if (prediction === null) return most;
  const { diskBytes, free } = prediction;
  const told = betweenWords(prediction, 'diskBytes', sizeWords);
  const about = diskBytes < growth ? `about +${told}, ${most}` : most;
  return `${about}${free === null ? '' : `; ${sizeWords(free)} free`}`;
}

/** `0.1 s, keeps others out for 0.1 s`, of statements that run together. */
export function costWords(some: readonly PredictedStatement[]): string {
  const seconds = some.reduce((sum, one) => sum + one.seconds, 0);
  const blocked = Math.max(0, ...some.map((one) => one.blocked));
  const wal = some.reduce((sum, one) => sum + one.walBytes, 0);
  const out = blocked === 0 ? '' : `, others wait ${secondsWords(blocked)}`;
  return `${secondsWords(seconds)}, WAL ${sizeWords(wal)}${out}`;
}

function blockedWords({ blocked }: TargetPrediction): string {
  if (blocked.length === 0) return 'nobody';
  const each = blocked.map(({ table, seconds }) => `${table} ${secondsWords(seconds)}`);
  return `${each.join(', ')} at a time, once nobody is in the way`;
}

function contractWords({
  contract,
}: TargetPrediction): readonly (readonly [word: string, told: string])[] {
  if (contract === null || contract.tables.length === 0) return [];
  const each = contract.tables.map((table) => `${table} ACCESS EXCLUSIVE 1x`);
  return [['contract', `${each.join(', ')}, ${secondsWords(contract.seconds)}`]];
}

const secondsWords = (seconds: number): string =>
  seconds < FELT_S ? `less than ${span(FELT_S * 1_000)}` : span(seconds * 1_000);

function timeWords(prediction: TargetPrediction): string {
  return (['backfill', 'index', 'verify'] as const)
    .filter((part) => prediction[part] > 0)
    .map((part) => `${part} ${betweenWords(prediction, part, secondsWords)}`)
    .join(', ');
}

/** With how far it may be wrong, where a rehearsal says so: `4m (3m to 6m)`. */
function betweenWords(
  { between, ...prediction }: TargetPrediction,
  part: keyof Totals,
  words: (value: number) => string,
): string {
  const value = words(prediction[part]);
  if (between === undefined) return value;
  const [from, to] = [words(between.least[part]), words(between.most[part])];
  return from === to ? value : `${value} (${from} to ${to})`;
}

/** What replays one write after the other can fall behind, and cancels readers that stand in a lock's way. */
function replicaWords({ replicas, walBytes, backfill, index }: TargetPrediction): string {
  if (replicas === 0) return '';
  const seconds = Math.max(1, backfill + index);
  const each = replicas === 1 ? '1 replica' : `${replicas} replicas`;
  return `; ${each} must keep up with ${sizeWords(walBytes / seconds)}/s`;
}

function basisWords({ rehearsal }: TargetPrediction): string {
  if (rehearsal === null)
    return 'by rule of thumb, an order of magnitude; crossfade rehearse measures';
  return `by the rehearsal of ${span(rehearsal.age * 1_000)} ago on ${rehearsal.rows} rows`;
}
