import { canonical } from '../canonical.ts';
import type { Policy } from '../policy/policy.ts';
import { writtenKey } from '../policy/written-value.ts';
import { type Immovable, valueWords } from './policy-change.ts';

type Key = Exclude<keyof Policy, 'name' | 'revision'>;

/**
 * What an attempt is carried out on, for whom, and what its evidence is worth: fixed when it starts. Each with
 * what it is, in words; null for what a rebase may change (see the other files here).
 */
const fixed: Readonly<Record<Key, string | null>> = {
  project: 'its project',
  target: 'the target that it works on',
  services: 'the services whose instances must arrive',
  unit: 'what a unit is',
  route: 'whether units are routed',
  flag: 'the flag that instances hear',
  schemaMigration: 'the schema migration',
  rings: 'who is in which ring',
  groups: 'who moves together',
  pinned: 'who stays on the old side',
  evidence: 'what evidence must amount to',
  backup: 'what was saved before expand',
  statements: 'what its services are known to run',
  guards: null,
  steps: null,
  onFail: null,
  onNoData: null,
  keepForRetryMs: null,
  onConflict: null,
  alerts: null,
  notify: null,
  windows: null,
  blackouts: null,
};

/** Every part that the newer revision says otherwise although it cannot change under way. */
export function immovableParts(running: Policy, next: Policy): readonly Immovable[] {
  return Object.entries(fixed).flatMap(([key, what]): readonly Immovable[] => {
    if (what === null) return [];
    const [before, after] = [running[key as Key], next[key as Key]];
    if (canonical({ at: before }) === canonical({ at: after })) return [];
    const path = pathTo(key, before, after);
    const told = valueWords({ [key]: before }, { [key]: after });
    return [{ path, words: `${what} is fixed when an attempt starts: ${told}` }];
  });
}

/** To the one value that differs where only one does. */
function pathTo(key: string, before: unknown, after: unknown): readonly string[] {
  if (!isRecord(before) || !isRecord(after)) return [key];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const other = names.filter(
    (name) => canonical({ at: before[name] }) !== canonical({ at: after[name] }),
  );
  const [only] = other;
  return other.length === 1 && only !== undefined ? [key, writtenKey(only)] : [key];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
