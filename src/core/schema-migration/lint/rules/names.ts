import type { Rule } from '../rule.ts';

export const nameRules: readonly Rule[] = [
  {
    name: 'long-name',
    severity: 'error',
    safe: 'at most 63 bytes',
    find: ({ cutNames }) =>
      cutNames.map((name) => ({
        message: `the server cuts ${name}, and two such names may become one`,
      })),
  },
];
