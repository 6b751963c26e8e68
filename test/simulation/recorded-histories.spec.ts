import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Decision } from '../../src/core/rollout/decision.ts';
import type { HistoryLine } from '../../src/core/rollout/history.ts';
import { type Replayed, replayLine, whole } from '../../src/core/rollout/replay-history.ts';
import { versionsOfNow } from '../../src/core/rollout/versions.ts';
import {
  historiesFolder,
  recordedHistories,
  type RecordedHistory,
  rejudged,
  saveHistory,
  toRecord,
  toRejudge,
} from '../support/recorded-histories.ts';

const histories = recordedHistories(historiesFolder);

/** Which rollouts stand there, and how each of them ended. */
const wanted = {
  crash: 'completed',
  errors: 'rolled_back',
  healthy: 'completed',
  latency: 'rolled_back',
  mismatch: 'rolled_back',
  outage: 'completed',
  // As far as they were followed.
  quarantine: 'running',
  release: 'running',
} as const;

function replayed({ lines }: Pick<RecordedHistory, 'lines'>): Replayed {
  return whole(lines.reduce<Replayed | null>((before, line) => replayLine(before, line), null));
}

describe('a rollout that was recorded is decided again as it was', () => {
  for (const history of histories) {
    const { name, otherVersions } = history;
    if (otherVersions.length > 0) {
      // Not let off: below, each rollout that is wanted must be there in this version.
      it.todo(`${name}: ${otherVersions.join(', ')}`);
      continue;
    }
    it(`${name}, from the first tick to the last`, () => {
      const { deviation, ticks } = replayed(history);
      // Named here, so that a failure says which tick and which place of it.
      expect(deviation).toBeNull();
      expect(ticks).toBeGreaterThan(50);
    });
  }
});

describe('the recorded rollouts', () => {
  it(`are of this version; if not: ${toRejudge}, and where that refuses: ${toRecord}`, () => {
    const known = histories.filter(({ otherVersions }) => otherVersions.length === 0);
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(wanted)));
  });

  it.each(Object.entries(wanted))('%s ended %s', (name, phase) => {
    const end = histories.find((history) => history.name === name)?.lines.at(-1);
    expect(end).toMatchObject({ kind: 'end', end: { phase } });
  });

  it('weigh no more than a megabyte together', () => {
    const sizes = histories.map(({ name }) => statSync(`${historiesFolder}/${name}.jsonl.gz`).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
  });
});

describe('a history of another version', () => {
  const errors = histories.find(({ name }) => name === 'errors');
  const lines = errors?.lines ?? [];

  /** As a judge of another version would have left it: its figures are others. */
  function ofAnother(change: (decision: Decision) => Decision): readonly HistoryLine[] {
    return lines.map((line) => {
      if (line.kind === 'head') {
        return { kind: 'head', head: { ...line.head, versions: { decide: 0, judge: 0 } } };
      }
      if (line.kind === 'end' || line.tick.decision === null) return line;
      return { kind: 'tick', tick: { ...line.tick, decision: change(line.tick.decision) } };
    });
  }

  it('is known by its name, with the versions that made it', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'crossfade-histories-'));
    try {
      saveHistory(
        scratch,
        'errors-long-ago',
        ofAnother((decision) => decision),
      );
      saveHistory(scratch, 'errors', lines);
      const { decide, judge } = versionsOfNow;
      expect(recordedHistories(scratch)).toMatchObject([
        {
          name: 'errors-long-ago',
          otherVersions: [
            `decided by version 0, this is ${decide}`,
            `judged by version 0, this is ${judge}`,
          ],
        },
        { name: 'errors', lines, otherVersions: [] },
      ]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  it('is judged anew where the same is decided', () => {
    const old = ofAnother((decision) => ({ ...decision, reason: 'other words', version: 0 }));
    expect(replayed({ lines: old }).deviation).not.toBeNull();
    expect(rejudged(old)).toEqual(lines);
    expect(rejudged(old)[0]).toMatchObject({ head: { versions: versionsOfNow } });
  });

  it('is refused by its tick where something else is decided', () => {
    const old = ofAnother((decision) =>
      decision.action === 'rollback' ? { ...decision, action: 'hold' } : decision,
    );
    expect(() => rejudged(old)).toThrow(/^tick \d+: hold from .* then, rollback from .* now/);
  });
});
