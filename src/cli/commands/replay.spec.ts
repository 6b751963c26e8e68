import { describe, expect, it } from '@jest/globals';
import { viewWith } from '../../../test/support/rollout-view.ts';
import { historiesFolder, recordedHistories } from '../../../test/support/recorded-histories.ts';
import { askServer, type Ran, runCommand } from '../../../test/support/run-command.ts';
import { type Answer, ScriptedApi } from '../../../test/support/scripted-api.ts';
import type { HistoryLine, HistoryTick } from '../../core/rollout/history.ts';
import { writeLine } from '../../core/rollout/history-lines.ts';

const file = `${historiesFolder}/mismatch.jsonl.gz`;
const lines =
  recordedHistories(historiesFolder).find(({ name }) => name === 'mismatch')?.lines ?? [];
const text = lines.map((line) => `${writeLine(line)}\n`).join('');
const ticks = lines.flatMap((line) => (line.kind === 'tick' ? [line.tick] : []));
const name = 'users-birthdate';
const at = '/api/v1/rollouts';
const last = Number.MAX_SAFE_INTEGER;

function head(): Extract<HistoryLine, { kind: 'head' }>['head'] {
  const [first] = lines;
  if (first?.kind !== 'head') throw new Error('the fixture has no head');
  return first.head;
}

/** A server that has these ticks, in two pages. */
function serverWith(kept: readonly HistoryTick[]): Record<string, readonly Answer[]> {
  const { policy, from } = head();
  const logged = kept.map((tick, index) => ({
    ...tick,
    follows: index === 0 ? null : (kept[index - 1]?.fence ?? null),
  }));
  const half = 20;
  const next = (logged[half - 1]?.fence ?? 0) + 1;
  const end = (logged.at(-1)?.fence ?? 0) + 1;
  const decided = kept.flatMap(({ decision }) => (decision === null ? [] : [decision]));
  const record = { policy, checkpoint: { ...from, seen: kept[0]?.seen }, fence: kept[0]?.fence };
  return {
    [`GET ${at}/${name}`]: [{ body: viewWith({ id: 'r-1' }) }],
    [`GET ${at}/r-1/history`]: [{ body: { since: 1 } }],
    [`GET ${at}/r-1/decisions?after=0`]: [{ body: { decisions: [{ seq: 2 }] } }],
    [`GET ${at}/r-1/decisions?after=2`]: [{ body: { decisions: [] } }],
    'GET /api/v1/decisions/1': [{ body: { ...record, decision: decided[0] } }],
    'GET /api/v1/decisions/2': [{ body: { ...record, decision: decided.at(-1) } }],
    [`GET ${at}/r-1/ticks/${logged[0]?.fence}/${last}`]: [
      { body: { ticks: logged.slice(0, half) } },
    ],
    [`GET ${at}/r-1/ticks/${next}/${last}`]: [{ body: { ticks: logged.slice(half) } }],
    [`GET ${at}/r-1/ticks/${end}/${last}`]: [{ body: { ticks: [] } }],
  };
}

function ask(line: string, answers: Readonly<Record<string, readonly Answer[]>>): Promise<Ran> {
  return askServer(new ScriptedApi(answers), line);
}

/** With the reason of the rollback edited. */
const edited = text.replace('confirmed mismatches', 'unconfirmed mismatches');

describe('replay -f', () => {
  it('replays a recorded rollout without a server, and exits 0', async () => {
    const ran = await runCommand(`replay -f ${file}`);
    expect([ran.status, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/^history of users-birthdate-1, \d.*: the same to the last bit\n/);
    expect(ran.out).toContain(`replayed  ${ticks.length} ticks, `);
    expect(ran.out).toMatch(/^last {6}rollback/m);
    expect(ran.out).toMatch(/^phase {5}rolled_back$/m);
  });

  it('names the first tick that differs and exits 1', async () => {
    const ran = await runCommand('replay -f -', { readStdin: () => Promise.resolve(edited) });
    const tick = ticks.find(({ decision }) => decision?.action === 'rollback');
    expect(ran.status).toBe(1);
    expect(ran.out).toContain(`NOT the same from tick ${tick?.fence} on`);
    expect(ran.out).toMatch(/differs +decision\.reason: .*unconfirmed.* then, .* now/);
  });

  it('says which version made it, and where it begins', async () => {
    const { from, policy } = head();
    const first = { ...from, memory: {} };
    const old = writeLine({
      kind: 'head',
      head: { versions: { decide: 0, judge: 0 }, policy, from: first as typeof from },
    });
    const stdin = [old, ...text.split('\n').slice(1)].join('\n');
    const ran = await runCommand('replay -f -', { readStdin: () => Promise.resolve(stdin) });
    expect(ran.out).toMatch(/^version +decided by version 0, this is \d+\n/m);
    expect(ran.out).toMatch(/^ +judged by version 0|^version +judged by version 0/m);
    expect(ran.out).toMatch(/^begins +in the middle: older ticks are not kept$/m);
  });

  it.each([
    ['replay -f none.jsonl.gz', '', 'none.jsonl.gz cannot be read (ENOENT)'],
    ['replay -f -', text.split('\n').slice(0, 9).join('\n'), 'it breaks off after 8 ticks'],
    ['replay -f -', 'kind: Target', 'line 1 is no JSON object'],
    ['replay 7 -f -', text, '`-f` stands alone'],
    ['replay -f - -o json', text, '`-f` stands alone'],
    ['replay', '', 'name a decision by its number, or a rollout'],
    ['replay 007', '', '`007` is no decision'],
  ])('%s is refused in words', async (line, stdin, words) => {
    const ran = await runCommand(line, { readStdin: () => Promise.resolve(stdin) });
    expect([ran.status, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(words);
  });
});

describe('replay NAME', () => {
  it('replays all that the server has kept of the newest attempt', async () => {
    const ran = await ask(`replay ${name}`, serverWith(ticks));
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toContain(`${ticks.length} ticks`);
  });

  it('prints it as JSON, as it is read again', async () => {
    const ran = await ask(`replay ${name} -o json`, serverWith(ticks));
    expect(ran.status).toBe(0);
    expect(ran.out).toBe(text);
  });

  it('says so when nothing is kept', async () => {
    const answers = {
      ...serverWith(ticks),
      [`GET ${at}/r-1/history`]: [{ body: { since: null } }],
    };
    const ran = await ask(`replay ${name}`, answers);
    expect([ran.status, ran.err]).toEqual([
      1,
      'crossfade: no tick of r-1 is kept that could be replayed\n',
    ]);
  });
});
