import { driftHold } from '../schema-migration/drift/drift.ts';
import { alertGate } from './alert-moves.ts';
import type { Context } from './context.ts';
import { type Gate, hold } from './gate.ts';
import { failures } from './harm.ts';

/** What keeps a rollout from going on wherever it is, or null when nothing does. */
export function standingGate(context: Context): Gate | null {
  const held = failures(context).find((failure) => failure.action === 'hold');
  if (held !== undefined) {
    const { guard, reason } = held.measurement;
    return hold(`guard:${guard}`, `${guard}: ${reason}`);
  }
  const alerted = alertGate(context);
  if (alerted !== null) return alerted;
  const { targetError, drift } = context.observations;
  if (targetError !== null) return hold('target', `the target cannot be observed: ${targetError}`);
  return drift === undefined ? null : hold(driftHold, drift);
}
