import type { GuardState, JudgeState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { leaveOutOfStep } from './sent-back.ts';
import { sendBack } from './units/quarantine.ts';
import { leaveOut } from './units/suspects.ts';
import { indexOf } from './units/unit-table.ts';

function withoutRow(guard: GuardState, row: number): GuardState {
  if (guard.kind !== 'errors') return guard;
  return { ...guard, evidence: leaveOut(guard.evidence, row) };
}

/**
 * The state when a step begins to name other units as quarantined: the evidence goes on as if those
 * that are new on the list had never been on the new side, and the rest is forgotten of those that are
 * no longer on it. The same state when the list has not changed.
 */
export function leaveOutQuarantined(state: JudgeState, step: JudgeStep): JudgeState {
  const wanted = step.quarantined ?? [];
  const kept = state.quarantined.filter(({ unit }) => wanted.includes(unit));
  const fresh = wanted.filter((unit) => kept.every((known) => known.unit !== unit));
  if (fresh.length === 0 && kept.length === state.quarantined.length) return state;
  const index = indexOf(state.units.names);
  const rows = new Map(fresh.map((unit) => [index.get(unit) ?? -1, unit]));
  const at = state.newestAt ?? step.enteredAt;
  return {
    ...state,
    guards: state.guards.map((guard) => [...rows.keys()].reduce(withoutRow, guard)),
    unitGuard: state.unitGuard.filter((process) => !rows.has(process.row)),
    step: state.step === null ? null : leaveOutOfStep(state.step, rows),
    accused: state.accused.filter(({ unit }) => !wanted.includes(unit)),
    quarantined: [...kept, ...fresh.map((unit) => sendBack(unit, state.units, at))],
  };
}
