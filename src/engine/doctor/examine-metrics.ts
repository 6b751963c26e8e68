import type { Asking } from '../../core/doctor/asked-providers.ts';
import { faulty, fine, warns } from '../../core/doctor/doctor-row.ts';
import { guardRow, type MissingSeries } from '../../core/doctor/guard-row.ts';
import type { MetricQuery, MetricQuestion } from '../../core/metrics/metric-query.ts';
import type { MetricReading } from '../../core/metrics/metric-reading.ts';
import { readValue } from '../../core/metrics/read-value.ts';
import { selectorsOf } from '../../core/metrics/selectors-of.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import { askSource } from '../ask-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { MetricsProvider, MetricsProviders } from '../ports/metrics-provider.ts';
import { failed } from './doctor.ts';
import type { Examination } from './examination.ts';
import { SeriesSearch } from './series-search.ts';

/** So many selectors of a query are looked for. */
const selectorsAtMost = 8;

/** Samples that are older say that scraping, or writing them here, is late. Milliseconds. */
const lateFromMs = 120_000;

/** One moment at one provider. Epoch milliseconds. */
interface Moment {
  readonly provider: MetricsProvider;
  readonly now: number;
  readonly at: number;
}

/** Each provider: reached, and fresh; then each guard that asks it: whether what it reads is there. */
export function examineMetrics(providers: MetricsProviders, clock: Clock): Examination {
  return {
    part: 'metrics',
    async look({ providers: asked }): Promise<readonly DoctorRow[]> {
      const now = await clock.now();
      const looks = asked.map(async ({ project, name, asking }) => {
        try {
          const provider = await providers.open(project, name);
          return await rowsOf({ provider, now, at: now - provider.delayMs }, name, asking);
        } catch (error) {
          return [failed('metrics', name, error)];
        }
      });
      return (await Promise.all(looks)).flat();
    },
  };
}

async function rowsOf(moment: Moment, name: string, asking: readonly Asking[]) {
  const own = await providerRow(moment, name);
  // Of one that does not answer nothing more can be told, and each question would wait for it again.
  if (own.standing === 'fault') return [own];
  const guards = asking.map((one) => rowOfGuard(moment, one));
  return [own, ...(await Promise.all(guards))];
}

/** By `up`, which Prometheus writes for each thing that it scrapes. */
async function providerRow({ provider, now, at }: Moment, name: string): Promise<DoctorRow> {
  const [all, up] = await Promise.all([
    provider.value('count(up)', at),
    provider.value('sum(up)', at),
  ]);
  if (all.kind !== 'series') {
    const remedy = 'See that it runs, and that its Provider has the right address and credentials.';
    return faulty('metrics', name, all.reason, remedy);
  }
  const [scraped, healthy] = [all, up].map((answer) =>
    answer.kind === 'series' ? answer.series[0]?.samples[0]?.[1] : undefined,
  );
  if (scraped === undefined || healthy === undefined || all.newestAt === null) {
    return fine(
      'metrics',
      name,
      'answers; it knows no `up`, so how fresh it is shows with the guards',
    );
  }
  const age = now - all.newestAt;
  const words = `${healthy} of ${scraped} scraped targets up, newest sample ${Math.round(age / 1000)} s old`;
  if (age > lateFromMs) return warns('metrics', name, words, 'See what its scraping waits for.');
  return fine('metrics', name, words);
}

async function rowOfGuard(moment: Moment, { policy, guard, query }: Asking): Promise<DoctorRow> {
  const [reading, missing] = await Promise.all([
    readingOf(moment, query),
    missingOf(moment, query),
  ]);
  const { intervalMs } = query;
  return guardRow({ policy, guard, reading, missing, now: moment.now, intervalMs });
}

/** As the collector would read it. */
async function readingOf({ provider, at }: Moment, query: MetricQuery): Promise<MetricReading> {
  const { question, intervalMs } = query;
  if (question.kind === 'value') return readValue(await provider.value(question.expr, at));
  if (question.kind === 'received') throw new TypeError('nobody is asked for what was sent here');
  const { own } = query;
  const window = { own, from: at - intervalMs, at, intervalMs };
  return (await askSource(provider, question, window)).reading;
}

async function missingOf({ provider, at }: Moment, { question }: MetricQuery) {
  const search = new SeriesSearch(provider, at);
  const texts = textsOf(question);
  const looks = texts.flatMap(([query, text]) =>
    selectorsOf(text)
      .slice(0, selectorsAtMost)
      .map(async (selector) => {
        const missing = await search.missing(selector);
        return missing === null ? [] : [{ ...missing, query }];
      }),
  );
  return (await Promise.all(looks)).flat();
}

/** The queries of a question, and what each is for. */
function textsOf(question: MetricQuestion): readonly (readonly [MissingSeries['query'], string])[] {
  switch (question.kind) {
    case 'value':
      return [['value', question.expr]];
    case 'counts':
      return [
        ['total', question.total],
        ['bad', question.bad],
      ];
    case 'histogram':
      return [['total', question.histogram]];
    case 'received':
      return [];
  }
}
