import type { Fault } from '../../../core/errors.ts';
import { promqlTokens } from '../../../core/metrics/promql-tokens.ts';
import { shorten } from '../../faults/describe-issue.ts';
import type { Path } from '../../source/located.ts';
import { limitsOf, type Limits } from '../condition/limits-of.ts';
import type { WrittenMetricGuard } from '../draft.ts';
import { readGoDuration, writtenDuration } from '../go-duration.ts';
import { countFailures } from './count-failures.ts';
import { goalsOf, type Goal } from './goals-of.ts';
import type { MetricContext } from './metric-context.ts';
import type { ArgoMetric } from './schema.ts';

const handled = [
  'name',
  'interval',
  'count',
  'successCondition',
  'failureCondition',
  'failureLimit',
  'inconclusiveLimit',
  'provider',
];

const reasons: Readonly<Record<string, string>> = {
  initialDelay: "a step's `bake` and the policy's `warmup` say how long to wait",
  consecutiveErrorLimit: 'an error of the provider holds here, and never rolls back',
  consecutiveSuccessLimit:
    'a step ends by its `bake` and its evidence, not by a count of successes',
};

const secrets = 'credentials belong to the Provider; write `token` or `basic` there';

const prometheusReasons: Readonly<Record<string, string>> = {
  authentication: secrets,
  headers: 'they belong to the Provider; write `headers` there',
  timeout: 'it belongs to the Provider; write `timeout` there',
  insecure: 'certificates are always checked',
  rangeQuery: 'one value at one time is asked, not a range',
};

/** Turns one metric into guards: one for failure, one for what Argo calls inconclusive. */
export function importMetric(metric: ArgoMetric, context: MetricContext): void {
  const { path, draft } = context;
  const { prometheus, ...others } = metric.provider;
  if (prometheus === undefined) {
    const [kind = 'none'] = Object.keys(others);
    const words = `metric \`${shorten(metric.name)}\`: provider \`${shorten(kind)}\` cannot be asked; prometheus can`;
    draft.leave([...path, 'provider'], words);
    return;
  }
  if ('rangeQuery' in prometheus) {
    draft.leave(
      [...path, 'provider', 'prometheus', 'rangeQuery'],
      `metric \`${shorten(metric.name)}\`: ${prometheusReasons['rangeQuery']}`,
    );
    return;
  }
  const goals = goalsOf(metric, context);
  for (const goal of goals) addGuards(metric, goal, context);
  if (goals.length === 0) return;
  draft.leaveOthers(path, metric, handled, reasons);
  const inProvider = [...path, 'provider', 'prometheus'];
  draft.leaveOthers(inProvider, prometheus, ['address', 'query'], prometheusReasons);
}

function addGuards(metric: ArgoMetric, goal: Goal, context: MetricContext): void {
  const { path, draft, providers } = context;
  const { prometheus } = metric.provider;
  if (prometheus === undefined) return;
  const limits = limitsOf(goal.good);
  if (typeof limits === 'string') {
    const condition = shorten(metric[goal.key] ?? '');
    draft.leave([...path, goal.key], `\`${shorten(metric.name)}\`: \`${condition}\`: ${limits}`);
    return;
  }
  const address = [...path, 'provider', 'prometheus', 'address'];
  const provider = providers.nameOf(prometheus.address, (text) => draft.fault(address, text));
  const { failAfter, mayFail, remarks } = countFailures(metric, goal, context);
  const every = writtenDuration(metric.interval ?? onceAMinute);
  for (const limit of limits) {
    const part = limits.length > 1 ? `-${limit.min === null ? 'max' : 'min'}` : '';
    const guard: WrittenMetricGuard = {
      name: `${metric.name}${part}${goal.suffix}`,
      threshold: {
        prometheus: provider,
        expr: combined(limit.combine, prometheus.query.trim()),
        ...(limit.min === null ? {} : { min: limit.min }),
        ...(limit.max === null ? {} : { max: limit.max }),
        interval: every,
        window: every,
        failAfter: { ...failAfter },
      },
      onFail: mayFail ? goal.onFail : 'notify',
    };
    draft.add(path, guard, [...remarksOf(metric, goal, limit, context), ...remarks]);
  }
}

const onceAMinute = 60_000;

/** Brackets on a line of their own, since a comment may end the query. */
function combined(combine: Limits['combine'], query: string): string {
  if (combine === null) return query;
  return /[#\n]/.test(query) ? `${combine}(\n${query}\n)` : `${combine}(${query})`;
}

const lost: Readonly<Record<string, string>> = {
  isNaN: '`isNaN`: NaN is inconclusive here',
  isInf: '`isInf`: an infinite value is inconclusive here',
  isNil: '`isNil`: no result is noData here, which holds',
  nil: '`nil`: no result is noData here, which holds',
  len: '`len`: no result is noData here, which holds; `or vector(0)` makes it a value',
  default: '`default`: no result is noData here, which holds; `or vector(0)` makes it a value',
  asInt: '`asInt` cuts off what is behind the point; here nothing is cut off',
};

function remarksOf(
  metric: ArgoMetric,
  { key, good, onFail }: Goal,
  limit: Limits,
  { path, draft }: MetricContext,
): readonly Fault[] {
  const say = (part: Path, message: string): Fault => draft.fault([...path, ...part], message);
  const every = metric.interval ?? onceAMinute;
  const reach = longestRange(metric.provider.prometheus?.query ?? '');
  const gap = onFail === 'hold' ? ['neither success nor failure pauses there and holds here'] : [];
  const remarks = [
    ...gap,
    ...limit.strict.map((value) => `a value of exactly ${value} is bad there and good here`),
    ...good.mentions.flatMap((name) => lost[name] ?? []),
  ].map((message) => say([key], message));
  if (every < 1_000) remarks.push(say(['interval'], 'asked once a second, not more often'));
  if (reach > every) {
    const words = `it looks back ${writtenDuration(reach)}, further than one window: at the begin of a step it still sees the time before`;
    remarks.push(say(['provider', 'prometheus', 'query'], words));
  }
  return remarks;
}

/** The longest range that a query reads, in milliseconds; 0 when none is written out. */
function longestRange(query: string): number {
  const ranges = promqlTokens(query)
    .filter(({ kind, inside }) => kind === 'number' && inside.endsWith('['))
    .map(({ text }) => readGoDuration(text) ?? 0);
  return Math.max(0, ...ranges);
}
