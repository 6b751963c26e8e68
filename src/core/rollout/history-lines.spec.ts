import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { HistoryLine } from './history.ts';
import { readLine, writeLine } from './history-lines.ts';
import { judgeStepOf } from './judge-step-of.ts';

const { rollout } = new SimulatedWorld();
const head: HistoryLine = {
  kind: 'head',
  head: {
    versions: { decide: 1, judge: 1 },
    policy: examplePolicy,
    from: { rollout, memory: null },
  },
};
const tick: HistoryLine = {
  kind: 'tick',
  tick: {
    fence: 7,
    input: {
      now: 5,
      step: judgeStepOf(examplePolicy, rollout),
      startedAt: 0,
      settledAt: null,
      evidence: null,
      newestAt: null,
      health: null,
      metrics: [],
    },
    seen: { flag: null, instances: [], jobs: [], routeRow: null, targetError: null, commands: [] },
    decision: null,
  },
};
const end: HistoryLine = { kind: 'end', end: { phase: 'running', ticks: 1 } };

describe('a line of a history', () => {
  it('is one line of JSON, and is read as it was written', () => {
    const written = [head, tick, end].map(writeLine);
    expect(written.join('')).not.toContain('\n');
    expect(written.map((line, index) => readLine(line, index + 1))).toEqual([head, tick, end]);
  });

  it.each([
    ['{', 3, 'line 3 is no JSON object'],
    ['[]', 2, 'line 2 is no JSON object'],
    ['{"fence":1}', 2, 'line 2 is no tick'],
    ['{"fence":1,"input":{},"seen":{}}', 4, 'line 4 is no tick'],
    ['{"fence":"1","input":{},"seen":{},"decision":null}', 4, 'line 4 is no tick'],
    ['{"a":1}', 1, 'line 1 begins no history of Crossfade'],
    ['{"crossfade":"history","format":9}', 1, 'it is of format 9; this version reads 1'],
    ['{"crossfade":"history","format":1}', 1, 'line 1 lacks the versions'],
  ])('%s as line %i is refused with its reason', (text, number, reason) => {
    expect(() => readLine(text, number)).toThrow(reason);
  });
});
