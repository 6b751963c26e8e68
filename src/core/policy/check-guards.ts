import { fault, type Finding } from './finding.ts';
import type { Policy } from './policy.ts';

/** Guard names tell measurements apart, so each is given once. */
export function checkGuards({ guards }: Policy): Finding[] {
  return guards.flatMap(({ name }, index) =>
    guards.findIndex((guard) => guard.name === name) < index
      ? [fault(['guards', index], `guard \`${name}\` is defined twice; give it another \`name\``)]
      : [],
  );
}
