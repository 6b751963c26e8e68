import type { Policy } from '../../src/core/policy/policy.ts';
import { examplePolicy } from './example-policy.ts';

/** The example under another name, with nothing in common with others: target, flag and ring are its own. */
export function policyNamed(name: string, change: Partial<Policy> = {}): Policy {
  return {
    ...examplePolicy,
    name,
    target: name,
    flag: { provider: 'crossfade', name },
    rings: [{ name: 'internal', units: [`${name}-staging`] }],
    ...change,
  };
}
