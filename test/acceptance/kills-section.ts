import type { KillRun } from './kills.ts';

/** The part of the page that says where the server was killed, and what that changed. */
export function killsSection(
  runs: readonly KillRun[],
  table: (headings: readonly string[], rows: readonly (readonly string[])[]) => readonly string[],
): readonly string[] {
  return [
    '## Kills',
    '',
    'A real server carries a migration of 20,000 rows under traffic and is killed with -9 at points',
    'drawn from a seed; it is started again each time. A rollout must end with the rows, both shapes',
    'and the jobs of a run without kills; a rollback must arrive, stop the work on the target, and',
    'lose no acknowledged write.',
    '',
    ...table(
      ['what', 'seed', 'killed at', 'outcome', 'not as without kills', 'duration'],
      runs.map(({ what, seed, points, outcome, wrong, durationMs }) => [
        what,
        String(seed),
        points.join(', '),
        outcome,
        wrong.length === 0 ? 'nothing' : wrong.join('; '),
        `${(durationMs / 1000).toFixed(1)} s`,
      ]),
    ),
    '',
  ];
}

/** What was not as it should be, in words. */
export function killFailures(runs: readonly KillRun[]): readonly string[] {
  return runs.flatMap(({ what, seed, wrong }) =>
    wrong.map((words) => `${what} killed by seed ${seed}: ${words}`),
  );
}
