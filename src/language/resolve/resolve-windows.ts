import type { Blackout } from '../../core/calendar/hours.ts';
import type { Window, Windowed } from '../../core/policy/window.ts';
import type { DocumentOf } from '../document.ts';

/** When a policy may move forward. What it leaves open stays away, so that its revision is what it was. */
export function resolveWindows({
  windows = [],
  blackouts = [],
}: DocumentOf<'RolloutPolicy'>['spec']): Windowed {
  return {
    ...(windows.length === 0 ? {} : { windows: windows.map(windowOf) }),
    ...(blackouts.length === 0 ? {} : { blackouts: blackouts.map(blackoutOf) }),
  };
}

type Spec = DocumentOf<'RolloutPolicy'>['spec'];

function windowOf({ offHours = 'keep', ...hours }: NonNullable<Spec['windows']>[number]): Window {
  return { ...hours, offHours };
}

function blackoutOf({ reason, ...days }: NonNullable<Spec['blackouts']>[number]): Blackout {
  return { ...days, ...(reason === undefined ? {} : { reason }) };
}
