import type {
  MetricAnswer,
  MetricFault,
  MetricSample,
  MetricSeries,
  NativeSample,
} from '../../core/metrics/metric-answer.ts';
import type { NativeBucket } from '../../core/histogram/native-buckets.ts';
import { ExchangeFault, type RawAnswer } from '../outbound/bounded-post.ts';

type Json = Readonly<Record<string, unknown>>;

/** The data of a query's answer, or what the server said instead. */
export type Parsed =
  | { readonly kind: 'series'; readonly series: readonly MetricSeries[] }
  | Exclude<MetricAnswer, { kind: 'series' }>;

/**
 * Reads what Prometheus answers to `/api/v1/query`. A warning means that part of the data was
 * missing, whatever the numbers look like; `infos` are advice and mean nothing here.
 */
export function parseAnswer(answer: RawAnswer): Parsed {
  const body = jsonOf(answer.text);
  if (answer.status !== 200) return refusalOf(answer.status, body);
  if (body === null || body['status'] !== 'success') {
    return malformed('an answer that is not of the Prometheus API');
  }
  const warnings = listOf(body['warnings']);
  if (warnings.length > 0)
    return { kind: 'partial', reason: `warning: ${clean(warnings.join('; '))}` };
  try {
    return { kind: 'series', series: seriesOf(mappingOf(body['data'])) };
  } catch (error) {
    if (error instanceof ExchangeFault) return malformed(error.message);
    throw error;
  }
}

function refusalOf(status: number, body: Json | null): Parsed {
  const type = typeof body?.['errorType'] === 'string' ? body['errorType'] : '';
  const message = typeof body?.['error'] === 'string' ? clean(body['error']) : '';
  const said = [`answered ${status}`, type, message].filter((word) => word !== '').join(': ');
  const fault = isTooMuch(status, message) ? 'tooLarge' : faultOf(status, type);
  return { kind: 'fault', fault, reason: `${said}${adviceOf(status)}` };
}

function faultOf(status: number, type: string): MetricFault {
  if (status === 401 || status === 403) return 'unauthorized';
  if (type === 'timeout') return 'timeout';
  if (status >= 500 || status === 429) return 'failed';
  return status >= 400 ? 'rejected' : 'malformed';
}

/** Prometheus' `--query.max-samples`, and Mimir's limits on what one query may read. */
function isTooMuch(status: number, message: string): boolean {
  return status === 422 && /too many samples|err-mimir-max-/.test(message);
}

function adviceOf(status: number): string {
  if (status === 401 || status === 403) return '; check the credentials of the Provider';
  const isRedirect = status >= 300 && status < 400;
  return isRedirect ? '; redirects are not followed: give the final address' : '';
}

function seriesOf(data: Json): readonly MetricSeries[] {
  const { resultType, result } = data;
  if (resultType === 'scalar') return [{ labels: {}, samples: [sampleOf(result)] }];
  if (resultType !== 'vector' && resultType !== 'matrix') {
    throw wrong(`a result of type ${clean(String(resultType))}, where numbers are right`);
  }
  return listOf(result).map((item) => {
    const { metric, value, values, histogram, histograms } = mappingOf(item);
    const isVector = resultType === 'vector';
    const native = isVector && histogram !== undefined ? [histogram] : listOf(histograms);
    const plain = isVector && histogram === undefined ? [value] : listOf(values);
    const series = { labels: labelsOf(metric), samples: plain.map(sampleOf) };
    return native.length === 0 ? series : { ...series, histograms: native.map(nativeSampleOf) };
  });
}

function sampleOf(value: unknown): MetricSample {
  const [at, text] = listOf(value);
  return [timeOf(at), numberOf(text)];
}

/** `{count, sum, buckets: [[rule, left, right, count], …]}`; empty buckets, and a list of none, are left out. */
function nativeSampleOf(value: unknown): NativeSample {
  const [at, histogram] = listOf(value);
  const { buckets, count } = mappingOf(histogram);
  numberOf(count);
  return [timeOf(at), listOf(buckets).map(nativeBucketOf)];
}

/** The rule says on which sides a bucket is closed, which the bounds themselves tell too. */
function nativeBucketOf(value: unknown): NativeBucket {
  const [rule, ...texts] = listOf(value);
  const [left = Number.NaN, right = Number.NaN, count = Number.NaN] = texts.map(numberOf);
  if (typeof rule !== 'number' || texts.length !== 3 || !(left <= right)) {
    throw wrong('a bucket of a strange form');
  }
  return { left, right, count };
}

function timeOf(at: unknown): number {
  if (typeof at !== 'number') throw wrong('a sample of a strange form');
  return Math.round(at * 1000);
}

/** Prometheus writes numbers as texts, so that they may be NaN and infinite. */
function numberOf(text: unknown): number {
  if (typeof text !== 'string') throw wrong('a sample of a strange form');
  if (text === '+Inf' || text === '-Inf') return text === '+Inf' ? Infinity : -Infinity;
  const value = Number(text);
  if (text !== 'NaN' && (text.trim() === '' || Number.isNaN(value)))
    throw wrong('a value that is no number');
  return value;
}

function labelsOf(metric: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(mappingOf(metric)).map(
    ([name, value]) => [name, String(value)] as const,
  );
  return Object.fromEntries(texts);
}

function jsonOf(text: string): Json | null {
  try {
    return mappingOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function mappingOf(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw wrong('a form that is not of the Prometheus API');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function wrong(what: string): ExchangeFault {
  return new ExchangeFault('malformed', `answered ${what}`);
}

function malformed(what: string): Parsed {
  return { kind: 'fault', fault: 'malformed', reason: what };
}

/** A server's words, fit for a log: one line of bounded length. */
function clean(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
