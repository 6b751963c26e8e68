import { describe, expect, it } from '@jest/globals';
import { askServer, runCommand } from '../../../test/support/run-command.ts';
import { ScriptedApi } from '../../../test/support/scripted-api.ts';
import { faulty, fine, warns } from '../../core/doctor/doctor-row.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';

const route = 'POST /api/v1/doctor';
const good = [fine('server', '0.1.0', 'answers'), fine('clock', 'server and database', 'apart')];

function ask(line: string, rows: readonly DoctorRow[], aheadMs = 0) {
  const body = () => ({ rows, version: '0.1.0', answeredAt: Date.now() + aheadMs });
  const api = new ScriptedApi({ [route]: [{ body }] });
  return askServer(api, line).then((ran) => ({ ...ran, seen: api.seen }));
}

describe('doctor', () => {
  it('prints a line for each row, what to do below it, and the sum', async () => {
    const rows = [
      ...good,
      warns('alerts', 'senders', 'nobody has told', 'Let Alertmanager send'),
      faulty('target', 'db', 'no\u001B[31m answer', 'See that it runs'),
    ];
    const { status, out } = await ask('doctor', rows);
    expect(status).toBe(4);
    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      'server  0.1.0  ok  answers',
      'clock  server and database  ok  apart',
      expect.stringMatching(/^clock {2}here and server {2}ok {2}apart by/),
      'alerts  senders  warning  nobody has told',
      '  → Let Alertmanager send',
      'target  db  fault  no [31m answer',
      '  → See that it runs',
      '3 ok, 1 warning, 1 fault',
      '',
    ]);
  });

  it('exits 0 without a fault, and asks about what is named', async () => {
    const file = 'policies/users-birthdate.yaml';
    const { status, seen, out } = await ask(`doctor --target db -f ${file} -o json`, good);
    expect(status).toBe(0);
    expect(seen[0]?.body).toMatchObject({ target: 'db', files: [{ name: file }] });
    expect(JSON.parse(out)).toMatchObject({ rows: [{ part: 'server' }, {}, { part: 'clock' }] });
  });

  it('holds the clock of this machine against that of the server', async () => {
    const { status, out } = await ask('doctor', good, -3_600_000);
    expect(status).toBe(4);
    expect(out).toMatch(/clock +here and server +fault +36\d\d s ahead/);
  });

  it('finds a server that does not answer', async () => {
    const env = { CROSSFADE_URL: 'http://127.0.0.1:1', CROSSFADE_TOKEN: 'none' };
    const { status, out } = await runCommand('doctor', { env });
    expect(status).toBe(4);
    expect(out).toMatch(/^server +http:\/\/127\.0\.0\.1:1 +fault +no answer from/);
  });
});
