import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import type { IconName } from '../design/icon.tsx';
import type { Tone } from '../design/tone.ts';

export type Measurement = RolloutView['guards'][number];

/** `0.11%`, `84 ms`, `3`: a measured value with its unit. */
export function amount(value: number | null, unit: Measurement['unit']): string {
  if (value === null) return '–';
  if (unit === 'ratio') return `${(value * 100).toFixed(2)}%`;
  if (unit === 'seconds') return `${rounded(value * 1000)} ms`;
  return unit === 'milliseconds' ? `${rounded(value)} ms` : String(rounded(value));
}

function rounded(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}

/** What the guard is about: the new side's value, or the one value that a threshold has. */
export function seenValue({ kind, canary, baseline }: Measurement): number | null {
  return kind === 'threshold' ? baseline : canary;
}

/** A guard that objects to nothing because it saw nothing must not look as if it had. */
export function isJudged(measurement: Measurement): boolean {
  const { verdict, kind, samples } = measurement;
  if (verdict !== 'pass') return true;
  return seenValue(measurement) !== null && (kind === 'threshold' || samples.canary > 0);
}

interface VerdictLook {
  readonly words: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** A verdict as a person says it. */
export function verdictOf(measurement: Measurement): VerdictLook {
  const { verdict, kind } = measurement;
  if (!isJudged(measurement)) return { words: 'Not judged', icon: 'circle', tone: 'quiet' };
  const compares = kind === 'compare';
  const looks: Readonly<Record<Measurement['verdict'], VerdictLook>> = {
    pass: { words: compares ? 'Not worse' : 'Fine', icon: 'check', tone: 'good' },
    fail: { words: compares ? 'Worse' : 'Broken', icon: 'cross', tone: 'bad' },
    inconclusive: { words: 'Not known yet', icon: 'clock', tone: 'accent' },
    noData: { words: 'No data', icon: 'question', tone: 'warn' },
    providerError: { words: 'Provider error', icon: 'warn', tone: 'warn' },
  };
  return looks[verdict];
}

/** Odds for something, from their natural logarithm: `3`, `1,200`, `over a million`. */
export function odds(log: number): string {
  if (log > Math.log(1e6)) return 'over a million';
  const value = Math.exp(log);
  return value >= 10 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10);
}
