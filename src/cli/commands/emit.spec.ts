import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';

let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'crossfade-emit-'));
  writeFileSync(join(scratch, 'm.yaml'), 'kind: SchemaMigration\n');
});
afterEach(() => rmSync(scratch, { recursive: true }));

const files = [
  { name: 'V1__a.sql', text: 'DO 1;\n' },
  { name: 'V2__b.sql', text: 'DO 2;\n' },
];
const api = () => new ScriptedApi({ 'POST /api/v1/emit': [{ body: { files } }] });
const line = (more = '') => `emit flyway -f ${scratch}/m.yaml --at 1772442891000${more}`;

describe('emit', () => {
  it('prints what the server wrote', async () => {
    const server = api();
    const ran = await askServer(server, line(' --target local --part expand'));
    expect(ran).toMatchObject({ status: 0, out: 'DO 1;\n\nDO 2;\n', err: '' });
    expect(server.seen[0]?.body).toEqual({
      files: [{ name: `${scratch}/m.yaml`, text: 'kind: SchemaMigration\n' }],
      tool: 'flyway',
      part: 'expand',
      at: 1_772_442_891_000,
      target: 'local',
    });
  });

  it('writes files by their own names, and never over another', async () => {
    const out = join(scratch, 'new', 'migrations');
    const ran = await askServer(api(), line(` --out ${out}`));
    expect(ran.out).toBe(`${out}/V1__a.sql\n${out}/V2__b.sql\n`);
    writeFileSync(join(out, 'V1__a.sql'), 'mine');
    const again = await askServer(api(), line(` --out ${out}`));
    expect(again.status).toBe(6);
    expect(again.err).toContain('V1__a.sql cannot be written (EEXIST)');
    expect(readFileSync(join(out, 'V1__a.sql'), 'utf8')).toBe('mine');
  });

  it.each([
    ['emit rails -f a.yaml', 'rails'],
    ['emit sql -f a.yaml --at soon', 'expected epoch milliseconds, 13 digits'],
    ['emit sql -f a.yaml --part half', 'half'],
  ])('refuses %s', async (typed, said) => {
    const ran = await runCommand(typed);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain(said);
  });
});
