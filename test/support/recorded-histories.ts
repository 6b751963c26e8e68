import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Decision } from '../../src/core/rollout/decision.ts';
import type { HistoryLine } from '../../src/core/rollout/history.ts';
import { readLine, writeLine } from '../../src/core/rollout/history-lines.ts';
import { type Replayed, replayLine } from '../../src/core/rollout/replay-history.ts';
import { otherVersions, versionsOfNow } from '../../src/core/rollout/versions.ts';

const ending = '.jsonl.gz';

export const historiesFolder = 'test/fixtures/histories';

/** How they are made: by the demo's stories, and by the specs of quarantine. */
export const toRecord = `npm run demo -- --scenario NAME --histories ${historiesFolder}, or CROSSFADE_HISTORIES=${historiesFolder} npm run test:integration -- unleash-quarantine`;
export const toRejudge = 'node scripts/rejudge-histories.mjs';

export interface RecordedHistory {
  /** The file's name without its ending. */
  readonly name: string;
  readonly lines: readonly HistoryLine[];
  /** Why it cannot be compared with what is decided now; empty when it can. */
  readonly otherVersions: readonly string[];
}

/** Every history in a folder, in order of name. */
export function recordedHistories(folder: string): readonly RecordedHistory[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => historyIn(join(folder, file)));
}

function historyIn(path: string): RecordedHistory {
  const text = gunzipSync(readFileSync(path)).toString('utf8').trimEnd();
  const lines = text.split('\n').map((line, index) => readLine(line, index + 1));
  const [head] = lines;
  const versions = head?.kind === 'head' ? head.head.versions : versionsOfNow;
  return { name: basename(path, ending), lines, otherVersions: otherVersions(versions) };
}

export function saveHistory(folder: string, name: string, lines: readonly HistoryLine[]): void {
  const text = lines.map((line) => `${writeLine(line)}\n`).join('');
  writeFileSync(join(folder, `${name}${ending}`), gzipSync(text, { level: 9 }));
}

/**
 * The history as this version judges it: the same ticks with the measurements of now. Throws, and
 * names the tick, where something else is decided, since what followed would not have followed.
 */
export function rejudged(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  let before: Replayed | null = null;
  return lines.map((line) => {
    const after: Replayed = replayLine(before, line);
    const decided = after.decisions === before?.decisions ? null : after.decision;
    before = after;
    if (line.kind === 'head') {
      return { kind: 'head', head: { ...line.head, versions: versionsOfNow } };
    }
    if (line.kind === 'end') return line;
    const [then, now] = [outlineOf(line.tick.decision), outlineOf(decided)];
    if (then === now) return { kind: 'tick', tick: { ...line.tick, decision: decided } };
    throw new Error(
      `tick ${line.tick.fence}: ${then} then, ${now} now; record it anew: ${toRecord}`,
    );
  });
}

/** What the rest of a rollout hangs on; reasons and figures may be others. */
function outlineOf(decision: Decision | null): string {
  if (decision === null) return 'no decision';
  const { action, from, to, step } = decision;
  return `${action} from ${from} to ${to} at ${step}`;
}
