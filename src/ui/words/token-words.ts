import type { TokenView } from '../../core/protocol/token-view.ts';
import type { State } from './rollout-words.ts';
import { span } from './time-words.ts';

/** Sooner than this its end is a warning. Milliseconds. */
const soonMs = 7 * 24 * 3_600_000;

/** Whether it still lets anybody in. */
export function lifeOf({ revokedAt, expiresAt }: TokenView, now: number): State {
  if (revokedAt !== null) return { words: 'Revoked', icon: 'cross', tone: 'quiet' };
  if (expiresAt === null) return { words: 'For ever', icon: 'check', tone: 'good' };
  const left = expiresAt - now;
  if (left <= 0) return { words: 'Expired', icon: 'clock', tone: 'quiet' };
  const words = `${span(left)} left`;
  return left < soonMs
    ? { words, icon: 'clock', tone: 'warn' }
    : { words, icon: 'check', tone: 'good' };
}

/** `operator in shop, viewer in every project`, or what it may report. */
export function grantWords({ scope, roles }: TokenView): string {
  const held = Object.entries(roles).map(([project, role]) =>
    project === '*' ? `${role} in every project` : `${role} in ${project}`,
  );
  if (held.length > 0) return held.join(', ');
  return scope === 'admin' ? 'everything' : `report: ${scope}`;
}
