import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { clock, type Look, safe } from './words.ts';

/** `approval  1 of 2 by approver, 1 missing; alice (token 1) until 2026-11-24 10:02:00`. */
export function approvalRows({ approval, now }: RolloutView, look: Look): string[][] {
  if (approval === undefined) return [];
  const { role, quorum, given, missing, isAsked } = approval;
  const state = missing === 0 ? 'complete' : `${missing} missing`;
  const asked = isAsked || missing === 0 ? '' : ', asked for when nothing else is open';
  const who = given.map(({ by, until }) => `; ${safe(by)} until ${clock(until, now, look)}`);
  return [['approval', `${given.length} of ${quorum} by ${role}, ${state}${asked}${who.join('')}`]];
}
