import { defaultLatency, defaults, shortHistoryMs } from './defaults.ts';
import { fault, warning, type Finding } from './finding.ts';
import type { Guard, LatencyTolerance } from './guard.ts';
import type { Policy } from './policy.ts';

/** With little known of the units beforehand, default tolerances would roll back healthy rollouts. */
export function checkHistory({ evidence, guards }: Policy): Finding[] {
  if (evidence.historyMs >= shortHistoryMs) return [];
  const at = ['evidence', 'history'];
  const narrow = guards.filter((guard) => !isWidened(guard)).map(({ name }) => `\`${name}\``);
  if (narrow.length === 0) {
    return [warning(at, 'less than 10m of history: small harm will not be told from noise')];
  }
  const message = `less than 10m of history needs tolerances wider than the defaults; widen ${narrow.join(' and ')}`;
  return [fault(at, message)];
}

function isWidened(guard: Guard): boolean {
  if ('threshold' in guard || guard.compare === 'mismatches') return true;
  if (guard.compare === 'latency') return guard.tolerate.every(isWider);
  const { ratio, add } = guard.tolerate;
  return ratio > defaults.errors.ratio || add > defaults.errors.add;
}

function isWider({ quantile, part, atLeastMs }: LatencyTolerance): boolean {
  const usual = defaultLatency.find((tolerance) => tolerance.quantile === quantile);
  return usual === undefined || part > usual.part || atLeastMs > usual.atLeastMs;
}
