import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { acceptancePage } from '../acceptance/acceptance-page.ts';
import { cloneFailures } from '../acceptance/clean-clone-section.ts';
import { keptResults } from '../acceptance/kept-results.ts';
import { killFailures } from '../acceptance/kills-section.ts';
import { mutationFailures, mutationRun } from '../acceptance/mutants-section.ts';
import type { Findings, PartResult } from '../acceptance/part-result.ts';
import { allParts, askedFor, type Part } from '../acceptance/programme.ts';
import { scenarioRows } from '../acceptance/scenario-rows.ts';
import { sqlMutantFailures } from '../acceptance/sql-mutants-section.ts';
import { sumOfRounds, writerFailures } from '../acceptance/writer-rounds.ts';
import { shellEnvironment } from '../acceptance/shell-environment.ts';
import type { ScenarioResult } from '../../src/demo/report/scenario-result.ts';

const run = {
  scenario: 'errors',
  outcome: 'rolled_back',
  exposurePeakPercent: 25,
  faultAtMs: 20_000,
  detectedAtMs: 21_500,
  rollbackArrivedAtMs: 22_000,
  durationMs: 30_000,
  requests: 100,
  requestsFailed: 0,
  writesAcknowledged: 30,
  writesOnNewSide: 9,
  writesLost: 0,
  falseRollback: false,
} as ScenarioResult;

const mutants = mutationRun({
  thresholds: { low: 85 },
  files: {
    'src/core/judge/harm.ts': {
      mutants: ['Killed', 'Killed', 'Timeout', 'Survived', 'Ignored'].map((status) => ({ status })),
    },
    'src/core/judge/blame.ts': { mutants: [{ status: 'NoCoverage' }] },
  },
});

const round = {
  written: 1_000,
  failures: [],
  late: 'users_v1.users is gone: schema migration m has been completed',
  wrong: [],
};
const rounds = [round, { ...round, failures: ['column is gone'], late: null }];
const by = (guard: string): ScenarioResult => ({
  ...run,
  decidedBy: { guard, reason: `at share 25%: ${guard}: 9 of 80 | 11 %` },
});
const clone = {
  who: 'root',
  command: 'npm test',
  node: 'v20.20.2',
  succeeded: true,
  lastLine: '900 passed, 0 failed',
  durationMs: 60_000,
};
const kill = {
  what: 'rollback out of a share',
  seed: 7,
  points: ['tick.afterCommit:1', 'setRoute.afterAct:1'],
  outcome: 'rolled_back',
  wrong: ['row 3 is lost'],
  durationMs: 20_000,
};
const onTarget = { ...kill, what: 'splitTable', points: ['contract.beforeCommit'], wrong: [] };

const seal = { file: 'rule.ts', spec: 'operations/seal', isThere: true, noticedBy: null };
const sqlMutants = [
  { ...seal, what: 'it is late' },
  { ...seal, what: 'it is gone', noticedBy: 'the seal › comes' },
  { ...seal, what: 'it is old', isThere: false },
];

function resultOf(part: Part, findings: Findings, more: Partial<PartResult> = {}): PartResult {
  const made = { on: '2026-11-22', commit: 'abc1234', machine: 'a machine', tookMs: 61_000 };
  return { part, ...made, failures: [], findings, ...more };
}

const shown = [
  resultOf('healthy', { scenario: scenarioRows('healthy', [{ ...run, decidedBy: null }]) }),
  resultOf('errors', { scenario: scenarioRows('errors', [by('errors'), by('reads')]) }),
  resultOf('kills', { kills: [kill] }),
  resultOf('target-kills', { kills: [onTarget] }, { machine: 'another', tookMs: 601_000 }),
  resultOf('writers', { writers: sumOfRounds(rounds) }, { commit: null, tookMs: null }),
  resultOf('mutants', { mutants }, { failures: ['it rained'], note: 'a busy machine.' }),
  resultOf('sql-mutants', { sqlMutants }),
  resultOf('clean-clone-test', { clones: [clone] }),
];

describe('the page of the acceptance', () => {
  const page = acceptancePage(shown);
  const lines = page.split('\n');

  it('is made of the results that are kept', () => {
    expect(readFileSync('docs/acceptance.md', 'utf8')).toBe(acceptancePage(keptResults()));
  });

  it('says of each part what it shows, and when and of what its last result was made', () => {
    const rowOf = (part: Part) => lines.find((line) => line.startsWith(`| ${part} |`));
    expect(allParts.map(rowOf)).not.toContain(undefined);
    expect(rowOf('kills')).toMatch(/\| 2026-11-22 \| abc1234 \| 61 s \| as it should be \|$/);
    expect(rowOf('target-kills')).toContain('| 10 min |');
    expect(rowOf('writers')).toContain('| not noted | not noted |');
    expect(rowOf('mutants')).toMatch(/\| 1 fault \|$/);
    expect(rowOf('clean-clone')).toMatch(/\| never \| - \| - \| - \|$/);
    expect(page).toContain('Made on another: target-kills.');
    expect(page).toContain('Of mutants: a busy machine.');
  });

  it('says of each run which guard decided, and in which words', () => {
    expect(page).toContain(
      '| errors | 1 | errors | 1.5 s | 2.0 s | at share 25%: errors: 9 of 80 \\| 11 % |',
    );
    expect(page).toContain('| errors | 2 | reads | 1.5 s | 2.0 s |');
    expect(page.match(/at share/g)).toHaveLength(2);
  });

  it('says what was typed into a fresh clone, and on which Node', () => {
    expect(page).toContain(
      '| root | v20.20.2 | `npm test` | passed | 900 passed, 0 failed | 60.0 s |',
    );
    expect(cloneFailures([{ ...clone, succeeded: false }])).toEqual([
      'npm test as root failed: 900 passed, 0 failed',
    ]);
  });

  it('says where servers were killed, and what that changed', () => {
    expect(page).toContain(
      '| rollback out of a share | 7 | tick.afterCommit:1, setRoute.afterAct:1 | rolled_back | row 3 is lost | 20.0 s |',
    );
    expect(killFailures([kill])).toEqual([
      'rollback out of a share killed by seed 7: row 3 is lost',
    ]);
  });

  it('says where whoever worked on a target was killed', () => {
    expect(page).toContain(
      '| splitTable | 7 | contract.beforeCommit | rolled_back | nothing | 20.0 s |',
    );
    expect(page).toContain('1 deaths in all');
  });

  it('says what writers saw of a migration', () => {
    expect(page).toContain(
      '2 rounds, 2000 writes, 1 failed; in 1 rounds the late writer was told by the stub.',
    );
    expect(writerFailures(rounds)).toEqual([
      'writers, round 2: column is gone',
      'writers, round 2: a late writer was told: nothing',
    ]);
  });

  it('says which mutants no spec notices, the worst file first', () => {
    expect(lines.filter((line) => / \| \d+\.\d % \|$/.test(line))).toEqual([
      '| all | 3 | 1 | 1 | 1 | 60.0 % |',
      '| judge/blame.ts | 0 | 0 | 0 | 1 | 0.0 % |',
      '| judge/harm.ts | 3 | 1 | 1 | 0 | 75.0 % |',
    ]);
    expect(page).toContain('60.0 % of them are noticed, 85 % are wanted.');
    expect(mutationFailures(mutants)).toEqual([
      '60.0 % of the mutants are noticed, 85 % are wanted',
    ]);
    expect(mutationFailures({ ...mutants, wanted: 60 })).toEqual([]);
  });

  it('says which break of SQL was noticed by what', () => {
    expect(page).toContain('3 breaks, 1 noticed.');
    expect(page).toContain('| it is late | rule.ts | nothing in operations/seal |');
    expect(page).toContain('| it is gone | rule.ts | operations/seal: the seal › comes |');
    expect(sqlMutantFailures(sqlMutants)).toEqual([
      'it is late (rule.ts), noticed by: nothing in operations/seal',
      'it is old (rule.ts), noticed by: it stands there no longer',
    ]);
  });

  it('names first what was not as it should be', () => {
    expect(page.indexOf('- mutants: it rained')).toBeLessThan(page.indexOf('## Scenarios'));
    expect(page.indexOf('- mutants: it rained')).toBeGreaterThan(0);
    expect(acceptancePage([])).not.toContain('Not as it should be');
  });
});

describe('npm run acceptance', () => {
  it('runs all parts, or those that it is told', () => {
    const partsOf = (...argv: string[]) => askedFor(argv).parts;
    expect(partsOf()).toEqual(allParts);
    expect(partsOf('--only', 'clean-clone')).toEqual(['clean-clone']);
    expect(partsOf('--only', 'crash', '--only', 'healthy')).toEqual(['healthy', 'crash']);
    expect(() => partsOf('--only', 'clone')).toThrow(/no part clone; --only takes healthy/);
    expect(askedFor(['--list'])).toEqual({ parts: [], list: true });
    expect(partsOf('--page')).toEqual([]);
  });

  it("types into fresh clones with the shell's own Node, and nothing of this clone", () => {
    const environment = shellEnvironment('/home/somebody', 'somebody');
    const options = { encoding: 'utf8', env: environment } as const;
    const seen = execFileSync('sh', ['-c', 'command -v node npm; echo $HOME $USER'], options);
    expect(seen).not.toContain('node_modules');
    expect(seen).toContain('/home/somebody somebody');
    const names = Object.keys(environment).filter((name) => /^(npm_|CROSSFADE_)/.test(name));
    expect(names.filter((name) => !name.startsWith('npm_config_'))).toEqual([]);
  });
});
