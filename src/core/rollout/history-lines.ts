import { CrossfadeError } from '../errors.ts';
import type { HistoryEnd, HistoryHead, HistoryLine, HistoryTick } from './history.ts';

/** Rises when the lines of a history mean something else than before. */
const historyFormat = 1;

/** As it is written, without the line's end. */
export function writeLine(line: HistoryLine): string {
  switch (line.kind) {
    case 'head':
      return JSON.stringify({ crossfade: 'history', format: historyFormat, ...line.head });
    case 'tick':
      return JSON.stringify(line.tick);
    case 'end':
      return JSON.stringify({ end: line.end });
  }
}

/** Reads one line; `number` counts from 1. Throws `invalidInput` for what is no line of a history. */
export function readLine(text: string, number: number): HistoryLine {
  const value = objectIn(text, number);
  if (number === 1) return { kind: 'head', head: headOf(value) };
  const { end, fence, input, seen, decision } = value;
  if (isObject(end)) return { kind: 'end', end: end as unknown as HistoryEnd };
  const isTick = isObject(input) && isObject(seen) && decision !== undefined;
  if (typeof fence !== 'number' || !isTick) throw unreadable(`line ${number} is no tick`);
  return { kind: 'tick', tick: value as unknown as HistoryTick };
}

/** A fault of a history, in words. */
export function unreadable(what: string): CrossfadeError {
  return new CrossfadeError('invalidInput', `the history cannot be read: ${what}`);
}

function headOf(value: Record<string, unknown>): HistoryHead {
  const { crossfade, format, versions, policy, from } = value;
  if (crossfade !== 'history') throw unreadable('line 1 begins no history of Crossfade');
  if (format !== historyFormat) {
    const words = `it is of format ${JSON.stringify(format)}; this version reads ${historyFormat}`;
    throw unreadable(words);
  }
  if (!isObject(versions) || !isObject(policy) || !isObject(from)) {
    throw unreadable('line 1 lacks the versions, the policy or the rollout it begins from');
  }
  return { versions, policy, from } as unknown as HistoryHead;
}

function objectIn(text: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // No JSON and no object are the same fault.
  }
  throw unreadable(`line ${number} is no JSON object`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
