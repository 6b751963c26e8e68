import type { Fault } from '../../../core/errors.ts';
import type { FailAction } from '../../../core/policy/guard.ts';
import { shorten } from '../../faults/describe-issue.ts';
import type { Path } from '../../source/located.ts';
import type { Draft, WrittenMetricGuard } from '../draft.ts';
import { writtenDuration } from '../go-duration.ts';
import type { Providers } from '../providers.ts';
import { cohortQuery } from './cohort-query.ts';
import { actionOf, scoreWithout, thresholdsOf } from './consequences.ts';
import { effectsOf, type Effect } from './effects-of.ts';
import type { CanaryConfig, ExecutionRequest, KayentaMetric } from './schema.ts';

/** Where a metric stands and where its guards go. */
export interface KayentaContext {
  readonly config: CanaryConfig;
  readonly request: ExecutionRequest | null;
  readonly path: Path;
  readonly draft: Draft;
  readonly providers: Providers;
}

/** Turns a metric into thresholds on how the means of both sides differ: one per direction and limit. */
export function importKayentaMetric(index: number, context: KayentaContext): void {
  const { config, path, draft } = context;
  const metric = config.metrics[index] as KayentaMetric;
  const name = shorten(metric.name);
  const { type } = metric.query;
  if (type !== undefined && type !== 'prometheus') {
    const words = `metric \`${name}\`: provider \`${shorten(type)}\` cannot be asked; prometheus can`;
    draft.leave([...path, 'query', 'type'], words);
    return;
  }
  const query = cohortQuery(metric, config);
  if ('reason' in query) {
    draft.leave([...path, 'query'], `metric \`${name}\`: ${query.reason}`);
    return;
  }
  const effects = limitedEffects(metric, context);
  const isTwoSided = new Set(effects.map(({ side }) => side)).size > 1;
  for (const effect of effects) {
    const side = isTwoSided ? `-${effect.side}` : '';
    const isSecond = effects.some((other) => other.side === effect.side && !other.isCritical);
    const suffix = `${side}${effect.isCritical && isSecond ? '-critical' : ''}`;
    addGuard(metric, `${metric.name}${suffix}`, query.exprFor(effect.factor), effect, context);
  }
}

function addGuard(
  metric: KayentaMetric,
  name: string,
  expr: string,
  effect: Effect,
  context: KayentaContext,
): void {
  const { path, draft, providers, request } = context;
  const { onFail, words } = consequenceOf(metric, effect, context);
  const guard: WrittenMetricGuard = {
    name,
    threshold: {
      prometheus: providers.nameOf(undefined, (text) => draft.fault(path, text)),
      expr,
      ...(effect.side === 'high' ? { max: 0 } : { min: 0 }),
      interval: '1m',
      window: writtenDuration(windowOf(request) * minute),
      failAfter: { failures: 1, of: 1 },
    },
    onFail,
  };
  const consequence = draft.fault([...path, 'analysisConfigurations', 'canary'], words);
  draft.add(path, guard, [consequence, ...remarksOf(metric, context)]);
}

const minute = 60_000;

/** Where no request says how long a judgement looks back. */
const proposedMinutes = 10;

/** How far one judgement looks back, in minutes. */
function windowOf(request: ExecutionRequest | null): number {
  const given = [
    request?.lookbackMins,
    request?.analysisIntervalMins,
    request?.lifetimeDurationMins,
  ].find((minutes) => minutes !== undefined && minutes > 0);
  return Math.min(given ?? proposedMinutes, longestMinutes);
}

const longestMinutes = 365 * 24 * 60;

/** The effects that can be a limit; what has none is left behind. */
function limitedEffects(metric: KayentaMetric, { path, draft }: KayentaContext): readonly Effect[] {
  const at = [...path, 'analysisConfigurations', 'canary'];
  const measure = metric.analysisConfigurations?.canary?.effectSize?.measure ?? 'meanRatio';
  if (measure !== 'meanRatio') {
    const words = `metric \`${shorten(metric.name)}\`: \`${shorten(measure)}\` is no ratio of means`;
    draft.leave([...at, 'effectSize'], words);
    return [];
  }
  const effects = effectsOf(metric);
  if (effects.length === 0) {
    draft.leave(at, `metric \`${shorten(metric.name)}\`: ${withoutEffect}`);
  }
  return effects;
}

const withoutEffect =
  'without an effect size any difference that is significant there fails; a threshold needs a limit, such as `allowedIncrease: 1.25`; `compare: errors` and `compare: latency` need none';

/** Kayenta tests for chance, a threshold does not: it rolls back only where the metric is critical. */
function consequenceOf(
  metric: KayentaMetric,
  effect: Effect,
  { config, request }: KayentaContext,
): { readonly onFail: FailAction; readonly words: string } {
  const limit = `${effect.side === 'high' ? 'at most' : 'at least'} ${effect.factor} times the old mean`;
  if (effect.isCritical) {
    const words = `${limit}; critical: beyond it fails the run there, and rolls back here`;
    return { onFail: 'rollback', words };
  }
  if (metric.analysisConfigurations?.canary?.muted === true) {
    return { onFail: 'notify', words: `${limit}; muted: it has no part in the score` };
  }
  const score = scoreWithout(metric, config);
  const thresholds = thresholdsOf(config, request);
  const alone = `${limit}; if it alone fails, the score there is ${score}`;
  if (thresholds === null) {
    const words = `${alone}, and what that causes stands in the request; it holds here`;
    return { onFail: 'hold', words };
  }
  const { pass, marginal } = thresholds;
  const onFail = actionOf(score, thresholds);
  return { onFail, words: `${alone}, with pass ${pass} and marginal ${marginal}` };
}

function remarksOf(
  metric: KayentaMetric,
  { path, draft, request }: KayentaContext,
): readonly Fault[] {
  const { canary } = metric.analysisConfigurations ?? {};
  const at = [...path, 'analysisConfigurations', 'canary'];
  const remarks = [
    draft.fault(
      [...path, 'query'],
      'its series need the labels `cohort` and `migration` in place of scope and location, and it passes while one side has none; only a significant difference counts there, here each that is large enough does',
    ),
  ];
  if (request === null) {
    remarks.push(
      draft.fault(
        path,
        `how far back a judgement looks stands in the request; ${proposedMinutes}m is proposed`,
      ),
    );
  }
  if ((metric.query.groupByFields ?? []).length > 0) {
    remarks.push(
      draft.fault(
        [...path, 'query', 'groupByFields'],
        'each group is a metric there; here all are one mean',
      ),
    );
  }
  if (canary?.nanStrategy === 'replace') {
    remarks.push(
      draft.fault(
        [...at, 'nanStrategy'],
        'missing values are 0 there; here they are left out of the mean',
      ),
    );
  }
  if (canary?.mustHaveData === true) {
    remarks.push(
      draft.fault(
        [...at, 'mustHaveData'],
        'missing data fails there; here a side without series counts as no difference, and only both without hold',
      ),
    );
  }
  return remarks;
}
