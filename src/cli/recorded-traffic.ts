import { readFile } from 'node:fs/promises';
import { CrossfadeError } from '../core/errors.ts';
import type { Recording } from '../core/simulation/recording.ts';
import { parsePrometheusRange } from '../language/recording/parse-prometheus-range.ts';
import {
  checkRecording,
  mostSpans,
  parseRecording,
} from '../language/recording/parse-recording.ts';
import type { Terminal } from './terminal.ts';
import { durationFrom } from './views/words.ts';

/** Where recorded traffic is read from, if anywhere. */
export interface RecordingOptions {
  /** A file, or `-` for stdin. */
  readonly recorded?: string;
  /** Address of a Prometheus, and what is asked of it: both per second, each one series. */
  readonly prometheus?: string;
  readonly requests?: string;
  readonly failures?: string;
  readonly since?: string;
}

const shortestSpan = 60;
const longestAnswerMs = 30_000;

/** The recording that is named; null when none is. Throws `invalidInput` or `unavailable`. */
export async function readRecording(
  options: RecordingOptions,
  terminal: Terminal,
): Promise<Recording | null> {
  const { recorded, prometheus } = options;
  if (recorded !== undefined && prometheus !== undefined) {
    throw new CrossfadeError('invalidInput', 'give --recorded or --prometheus, not both');
  }
  if (recorded !== undefined) return parseRecording(recorded, await textOf(recorded, terminal));
  return prometheus === undefined ? null : await fromPrometheus(prometheus, options);
}

async function textOf(path: string, terminal: Terminal): Promise<string> {
  if (path === '-') return terminal.readStdin();
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
  }
}

async function fromPrometheus(
  address: string,
  { requests, failures, since = '24h' }: RecordingOptions,
): Promise<Recording> {
  if (requests === undefined || failures === undefined) {
    const message = '--prometheus needs --requests and --failures, expressions for both per second';
    throw new CrossfadeError('invalidInput', message);
  }
  const length = Math.floor(durationFrom(since) / 1000);
  const seconds = Math.max(shortestSpan, Math.ceil(length / mostSpans));
  const end = Math.floor(Date.now() / 1000);
  const range = { start: end - length + seconds, end, step: seconds };
  const rates = await seriesOf(address, requests, range);
  const bad = await seriesOf(address, failures, range);
  const times = [...rates.keys()].sort((a, b) => a - b);
  return checkRecording(requests, {
    seconds,
    requests: times.map((at) => (rates.get(at) ?? 0) * seconds),
    failed: times.map((at) => (bad.get(at) ?? 0) * seconds),
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

async function seriesOf(
  address: string,
  query: string,
  { start, end, step }: Range,
): Promise<ReadonlyMap<number, number>> {
  const wanted = new URLSearchParams({ query, start: `${start}`, end: `${end}`, step: `${step}` });
  return parsePrometheusRange(query, await ask(`${address}/api/v1/query_range`, wanted));
}

async function ask(address: string, body: URLSearchParams): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(longestAnswerMs);
    const response = await fetch(address, { method: 'POST', body, redirect: 'error', signal });
    return await response.json();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CrossfadeError('unavailable', `${address} cannot be asked: ${why}`, { cause });
  }
}
