import type { Fault } from '../../../core/errors.ts';
import { shorten } from '../../faults/describe-issue.ts';
import type { WrittenMetricGuard } from '../draft.ts';
import { failAfterTotal } from '../fail-after.ts';
import { writtenDuration } from '../go-duration.ts';
import type { CanaryContext } from './canary-context.ts';
import { renderQuery } from './render-query.ts';
import type { CheckedMetric } from './schema.ts';

/** Flagger looks no more often. */
const shortestTick = 10_000;

/** What Flagger takes where nothing is written: how often it looks, how far it looks back. */
const usual = { tick: 60_000, reach: 60_000, threshold: 1 } as const;

interface Analysis {
  readonly interval?: number | undefined;
  readonly threshold?: number | undefined;
}

/** Turns a metric with a query, in a MetricTemplate or of its own, into a threshold guard. */
export function importCustomMetric(
  metric: CheckedMetric,
  analysis: Analysis,
  context: CanaryContext,
): void {
  const { path, draft } = context;
  const query = queryOf(metric, context);
  if (query === null) return;
  const tick = Math.max(shortestTick, analysis.interval ?? usual.tick);
  const reach = metric.interval ?? usual.reach;
  const failures = analysis.threshold ?? usual.threshold;
  const failAfter = failAfterTotal(failures, null);
  const { min, max, remark } = limitsOf(metric);
  const every = writtenDuration(tick);
  const guard: WrittenMetricGuard = {
    name: metric.name,
    threshold: {
      prometheus: query.provider,
      expr: renderQuery(query.text, modelOf(metric, context), {
        interval: writtenDuration(reach),
        isWindow: reach === tick,
      }).trim(),
      ...(min === null ? {} : { min }),
      ...(max === null ? {} : { max }),
      interval: every,
      window: every,
      failAfter: { ...failAfter },
    },
    onFail: 'rollback',
  };
  const remarks: Fault[] = remark === null ? [] : [draft.fault(path, remark)];
  if (failures > 1) {
    const words = `threshold ${failures}: ${failures} failed checks of all metrics in total fail there; here ${failAfter.failures} of the last ${failAfter.of} windows of this guard in a step`;
    remarks.push(draft.fault([...path.slice(0, -2), 'threshold'], words));
  }
  if (reach > tick && query.text.includes('interval')) {
    const words = `it looks back ${writtenDuration(reach)}, further than one window: at the begin of a step it still sees the time before`;
    remarks.push(draft.fault([...path, 'interval'], words));
  }
  draft.add(path, guard, remarks);
}

const providerReasons = {
  secretRef: 'credentials belong to the Provider; write `token` or `basic` there',
  headers: 'they belong to the Provider; write `headers` there',
  insecureSkipVerify: 'certificates are always checked',
} as const;

interface Query {
  readonly text: string;
  readonly provider: string;
}

function queryOf(metric: CheckedMetric, context: CanaryContext): Query | null {
  const { path, draft, providers, canary } = context;
  const name = shorten(metric.name);
  if (metric.templateRef === undefined) {
    if (metric.query === undefined || metric.query === '') {
      draft.leave(path, `metric \`${name}\`: it has neither \`templateRef\` nor \`query\``);
      return null;
    }
    const { metricsServer } = canary.spec;
    const at = ['spec', 'metricsServer'];
    const provider = providers.nameOf(metricsServer, (text) => draft.fault(at, text));
    return { text: metric.query, provider };
  }
  const { templateRef } = metric;
  const namespace = templateRef.namespace ?? canary.metadata.namespace;
  const found = context.templates.find(templateRef.name, namespace);
  if (found === null) {
    const wanted = shorten(templateRef.name);
    draft.leave(
      [...path, 'templateRef'],
      `metric \`${name}\`: MetricTemplate \`${wanted}\` is not in the files; import it together with the canary`,
    );
    return null;
  }
  const { provider, query } = found.template.spec;
  for (const [key, reason] of Object.entries(providerReasons)) {
    if (!(key in provider)) continue;
    const words = `\`${key}\` of MetricTemplate \`${shorten(templateRef.name)}\`: ${reason}`;
    draft.left.push(found.document.fault(['spec', 'provider', key], words, 'key'));
  }
  if (provider.type !== 'prometheus') {
    draft.leave(
      [...path, 'templateRef'],
      `metric \`${name}\`: provider \`${shorten(provider.type)}\` cannot be asked; prometheus can`,
    );
    return null;
  }
  const at = (text: string): Fault => found.document.fault(['spec', 'provider', 'address'], text);
  return { text: query, provider: providers.nameOf(provider.address, at) };
}

function modelOf(
  metric: CheckedMetric,
  { canary }: CanaryContext,
): Parameters<typeof renderQuery>[1] {
  const { metadata, spec } = canary;
  const target = spec.targetRef.name;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    target,
    service: spec.service?.name ?? target,
    ingress: spec.ingressRef?.name ?? target,
    variables: metric.templateVariables ?? {},
  };
}

function limitsOf({ thresholdRange, threshold }: CheckedMetric): {
  readonly min: number | null;
  readonly max: number | null;
  readonly remark: string | null;
} {
  if (thresholdRange !== undefined) {
    return { min: thresholdRange.min ?? null, max: thresholdRange.max ?? null, remark: null };
  }
  const max = threshold ?? 0;
  const remark = threshold === undefined ? 'without a limit Flagger takes 0 as the greatest' : null;
  return { min: null, max, remark };
}
