import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askServer } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { Rehearsal, RehearsalRun } from '../../core/schema-migration/rehearsal/rehearsal.ts';

let scratch = '';
let file = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'crossfade-rehearse-'));
  file = join(scratch, 'm.yaml');
  writeFileSync(file, 'kind: SchemaMigration\n');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const line = 'POST /api/v1/targets/local/rehearse';

/** Each row takes a tenth of a millisecond, 100 bytes of WAL and 40 of disk. */
function run(rows: number): RehearsalRun {
  const ms = { expand: 3, backfill: rows / 10, index: 0, verify: rows / 50, seal: 0, contract: 2 };
  return { rows, ms, lockedMs: 2, walBytes: 100 * rows, builtBytes: 0, grownBytes: 40 * rows };
}

function rehearsal(change: Partial<Rehearsal> = {}): Rehearsal {
  return {
    migration: 'm',
    verdict: 'passed',
    faults: [],
    notes: ['all kinds of things'],
    broken: [],
    tables: [{ name: 'users', rows: 1_000_000, copied: 32_000 }],
    locks: [{ table: 'users', level: 'AccessExclusive' }],
    rewritten: [],
    runs: [2_000, 4_000, 8_000, 16_000, 32_000].map(run),
    ...change,
  };
}

const answer = (report: Rehearsal | null) => ({
  body: { generation: 5, rehearsals: [{ migration: 'm', report }] },
});

describe('rehearse', () => {
  it('waits for the end, and tells what the whole table would take', async () => {
    const api = new ScriptedApi({ [line]: [answer(null), answer(rehearsal())] });
    const ran = await askServer(api, `rehearse --target local -f ${file}`);
    expect(ran.out).toBe(`m  PASSED: up, down, up and to the end; the catalog came back as it was
  copies    users 32000 of about 1000000 rows; 5 runs
  locks     users ACCESS EXCLUSIVE; at most 0.1 s at a time
  rewrite   none
  backfill  1m
  verify    20 s
  WAL       95 MB
  disk      +38 MB
  tried     all kinds of things
`);
    expect(ran.status).toBe(0);
    const files = [{ name: file, text: 'kind: SchemaMigration\n' }];
    expect(api.seen.map(({ body }) => body)).toEqual([{ files }, { files, generation: 5 }]);
  });

  it('ends with 1 when it failed, and names what for', async () => {
    const failed = rehearsal({
      verdict: 'failed',
      faults: [{ code: 'catalog', message: 'a column was left' }],
      broken: [{ sql: 'SELECT dob FROM users', calls: 30, after: 'contract', fault: 'no column' }],
    });
    const ran = await askServer(
      new ScriptedApi({ [line]: [answer(failed)] }),
      `rehearse --target local -f ${file}`,
    );
    expect(ran.status).toBe(1);
    expect(ran.out).toContain('m  FAILED: 1 fault\n');
    expect(ran.out).toContain('  FAULT     catalog: a column was left\n');
    expect(ran.out).toContain(
      '  contract  ends 1 statement in use, 30 calls: SELECT dob FROM users\n',
    );
  });

  it('sends the statements along, and stops waiting when it is told to', async () => {
    const statements = join(scratch, 'old.csv');
    writeFileSync(statements, 'query\nSELECT 1\n');
    const api = new ScriptedApi({ [line]: [answer(null)] });
    const ran = await askServer(
      api,
      `rehearse --target local -f ${file} --statements ${statements} --timeout 1ms`,
    );
    expect(ran.status).toBe(5);
    expect(api.seen[0]?.body).toMatchObject({
      statements: [{ name: statements, text: 'query\nSELECT 1\n' }],
    });
  });
});
