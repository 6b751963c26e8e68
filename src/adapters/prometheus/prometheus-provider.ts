import type {
  GroupedAnswer,
  MetricAnswer,
  MetricSeries,
} from '../../core/metrics/metric-answer.ts';
import { newestAt } from '../../core/metrics/sample-times.ts';
import { selectorsOf } from '../../core/metrics/selectors-of.ts';
import { MetricsProvider } from '../../engine/ports/metrics-provider.ts';
import { BoundedPost, ExchangeFault } from '../outbound/bounded-post.ts';
import { OAuth2Token } from './oauth2-token.ts';
import { parseAnswer, type Parsed } from './parse-answer.ts';
import type { PrometheusCredentials, PrometheusOptions } from './prometheus-options.ts';

const defaults = { timeoutMs: 10_000, maxBytes: 8 * 1_048_576, delayMs: 2_000 };

/** A Prometheus server, or what speaks its API. Uses `/api/v1/query` alone, at explicit times. */
export class PrometheusProvider extends MetricsProvider {
  override readonly delayMs: number;
  readonly #post: BoundedPost;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #token: OAuth2Token | null;

  /** Throws `TypeError` when the address is no URL. */
  constructor(options: PrometheusOptions) {
    super();
    const { timeoutMs, maxBytes, delayMs } = { ...defaults, ...options };
    this.delayMs = delayMs;
    this.#timeoutMs = timeoutMs;
    const bounds = { timeoutMs, maxBytes, reach: options };
    this.#post = new BoundedPost(options.url, bounds);
    this.#headers = { ...options.headers, ...authorization(options.credentials) };
    const { credentials } = options;
    const isClient = credentials !== undefined && 'tokenUrl' in credentials;
    this.#token = isClient ? new OAuth2Token(credentials, bounds) : null;
  }

  /**
   * The result's own time is the time of the question, not of its samples. So the selectors that the
   * expression reads are asked for their newest sample beside it; without any (`vector(1)`) the value
   * is of now.
   */
  override async value(expr: string, at: number): Promise<MetricAnswer> {
    const selectors = selectorsOf(expr);
    if (selectors.length === 0) return dated(await this.#query(expr, at), at);
    const [found, newest] = await Promise.all([
      this.#query(expr, at),
      this.#query(newestSampleOf(selectors), at),
    ]);
    // A fault of the expression itself says more than one of the question about its age.
    if (found.kind !== 'series' || newest.kind === 'series') {
      const value = newest.kind === 'series' ? newest.series[0]?.samples[0]?.[1] : undefined;
      return dated(found, value === undefined ? null : Math.round(value * 1000));
    }
    return newest;
  }

  /** One query: what is wanted and how new it is come together, told apart by a label of ours. */
  override async values(expr: string, label: string, at: number): Promise<GroupedAnswer> {
    const newest = newestSampleOf(selectorsOf(expr), ` by (${label})`);
    const found = await this.#query(`${marked(expr, 'value')} or ${marked(newest, 'newest')}`, at);
    if (found.kind !== 'series') return found;
    const isOf = (part: string) => (one: MetricSeries) => one.labels[partLabel] === part;
    const times = found.series.filter(isOf('newest')).map(
      ({ labels, samples }) =>
        // The newest sample behind an answer has a time, whatever its value is.
        [labels[label] ?? '', Math.round((samples[0]?.[1] ?? Number.NaN) * 1000)] as const,
    );
    return {
      kind: 'series',
      series: found.series.filter(isOf('value')).map(unmarked),
      newestAt: new Map(times),
    };
  }

  override async samples(selector: string, windowMs: number, at: number): Promise<MetricAnswer> {
    const found = await this.#query(`${selector}[${Math.round(windowMs)}ms]`, at);
    if (found.kind !== 'series') return found;
    const newest = found.series.map(newestAt);
    return dated(found, newest.length === 0 ? null : newest.reduce((a, b) => Math.max(a, b)));
  }

  async #query(query: string, at: number): Promise<Parsed> {
    const form = {
      query,
      time: (at / 1000).toFixed(3),
      timeout: `${this.#timeoutMs}ms`,
    };
    try {
      const bearer = await this.#token?.bearer();
      const posted = {
        body: new URLSearchParams(form).toString(),
        type: 'application/x-www-form-urlencoded',
        headers: { ...this.#headers, ...(bearer === undefined ? {} : bearing(bearer)) },
      };
      const answer = await this.#post.post('/api/v1/query', posted);
      if (answer.status === 401 && bearer !== undefined) this.#token?.forget(bearer);
      return parseAnswer(answer);
    } catch (error) {
      if (!(error instanceof ExchangeFault)) throw error;
      return { kind: 'fault', fault: error.fault, reason: error.message };
    }
  }
}

/** The time of the newest sample of any of the selectors, in seconds: one number, or one for each group. */
function newestSampleOf(selectors: readonly string[], by = ''): string {
  const each = selectors.map(
    (selector, index) =>
      `label_replace(max${by} (timestamp(${selector})), "n", "${index}", "", "")`,
  );
  return `max${by} (${each.join(' or ')})`;
}

/** Tells the parts of a query that asks two things at once apart. */
const partLabel = 'crossfade_part';

/** On lines of its own, since an expression may end with a comment. */
function marked(expr: string, part: string): string {
  return `label_replace((\n${expr}\n), "${partLabel}", "${part}", "", "")`;
}

function unmarked(series: MetricSeries): MetricSeries {
  const { [partLabel]: _, ...labels } = series.labels;
  return { ...series, labels };
}

function dated(parsed: Parsed, newestAt: number | null): MetricAnswer {
  return parsed.kind === 'series' ? { ...parsed, newestAt } : parsed;
}

function bearing(bearer: string): Record<string, string> {
  return { authorization: `Bearer ${bearer}` };
}

/** What is the same for every query; a token that is fetched is not. */
function authorization(credentials: PrometheusCredentials | undefined): Record<string, string> {
  if (credentials === undefined || 'tokenUrl' in credentials) return {};
  if ('bearer' in credentials) return bearing(credentials.bearer);
  const pair = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
