import type { KillRun } from './kill-run.ts';
import { seconds, table } from './table.ts';

/** The part of the page that says where the server was killed, and what that changed. */
export function killsSection(runs: readonly KillRun[]): readonly string[] {
  return [
    '## Kills',
    '',
    'A real server carries a migration of 20,000 rows under traffic and is killed with -9 at points',
    'drawn from a seed; it is started again each time. A rollout must end with the rows, both shapes',
    'and the jobs of a run without kills; a rollback must arrive, stop the work on the target, and',
    'lose no acknowledged write. Out of a share it was first asked to go by a newer revision of its',
    'policy, and died between the command and the tick that carries it out, which must happen once.',
    'Where two servers share the state database, one of them, each in turn, dies as steps go by, while',
    'the other goes on: each decision is made once, and each route set once.',
    '',
    ...killTable(runs),
  ];
}

/** The same of those who work on a target alone. */
export function targetKillsSection(runs: readonly KillRun[]): readonly string[] {
  const deaths = runs.reduce((sum, { points }) => sum + points.length, 0);
  return [
    '## Kills on a target',
    '',
    'Whoever carries out an operation there (expand, backfill, verify, contract) and back (restore, and retire,',
    'which a rollback leaves to do) is killed with -9 once in each part; another takes over. The moment is drawn',
    'from a seed out of all that the part passes when nobody dies: each kind is as likely as any other. Schema and',
    'rows must be those of a run without kills after contract, and those of the beginning in the end, with',
    `nothing left over. ${deaths} deaths in all.`,
    '',
    ...momentTable(runs),
    ...killTable(runs),
  ];
}

/** How often somebody died at each kind of moment. */
function momentTable(runs: readonly KillRun[]): readonly string[] {
  const points = runs.flatMap((run) => run.points);
  const kinds = [...new Set(points)].toSorted();
  const rows = kinds.map((kind) => [kind, String(points.filter((one) => one === kind).length)]);
  return [...table(['moment', 'deaths'], rows), ''];
}

function killTable(runs: readonly KillRun[]): readonly string[] {
  return [
    ...table(
      ['what', 'seed', 'killed at', 'outcome', 'not as without kills', 'duration'],
      runs.map(({ what, seed, points, outcome, wrong, durationMs }) => [
        what,
        String(seed),
        points.join(', '),
        outcome,
        wrong.length === 0 ? 'nothing' : wrong.join('; '),
        seconds(durationMs),
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
