import type { Fault } from '../../../core/errors.ts';
import { shorten } from '../../faults/describe-issue.ts';
import type { Draft } from '../draft.ts';
import type { ForeignDocument } from '../foreign-document.ts';
import type { Providers } from '../providers.ts';
import { builtIn, importBuiltIn } from './built-in-metrics.ts';
import { importCustomMetric } from './import-custom-metric.ts';
import type { TemplateLibrary } from './template-library.ts';
import { canarySchema } from './schema.ts';

const belongsToSteps = 'how far it goes, and in which steps, is for `steps`';
const routes = 'units are routed by the flag, not by the mesh';

const reasons: Readonly<Record<string, string>> = {
  maxWeight: belongsToSteps,
  stepWeight: belongsToSteps,
  stepWeights: belongsToSteps,
  stepWeightPromotion: belongsToSteps,
  iterations: belongsToSteps,
  match: routes,
  mirror: 'see step `shadow`, which compares the answers of both sides',
  mirrorWeight: 'see step `shadow`, which compares the answers of both sides',
  sessionAffinity: 'a unit stays on its side anyway',
  alerts: 'who is told is for `notify`',
  primaryReadyThreshold: 'Crossfade starts no instances',
  canaryReadyThreshold: 'Crossfade starts no instances',
};

const handled = ['interval', 'threshold', 'metrics', 'webhooks'];

/** Turns a Canary's analysis into guards. Answers its name, or what is wrong in it. */
export function importCanary(
  document: ForeignDocument,
  draft: Draft,
  providers: Providers,
  templates: TemplateLibrary,
): { readonly name: string } | { readonly faults: readonly Fault[] } {
  const parsed = document.parse(canarySchema, [], document.value);
  if ('faults' in parsed) return parsed;
  const canary = parsed.data;
  const { spec } = canary;
  const key = spec.analysis === undefined ? 'canaryAnalysis' : 'analysis';
  const path = ['spec', key];
  const analysis = spec[key];
  if (analysis === undefined) {
    draft.leave(['spec'], 'the canary has no `analysis`, so nothing is watched');
    return { name: canary.metadata.name };
  }
  for (const [index, metric] of (analysis.metrics ?? []).entries()) {
    const at = { canary, path: [...path, 'metrics', index], draft, providers, templates };
    if (builtIn(metric.name) !== null) importBuiltIn(metric, at);
    else importCustomMetric(metric, analysis, at);
  }
  for (const [index, { name = `webhooks[${index}]` }] of (analysis.webhooks ?? []).entries()) {
    draft.leave([...path, 'webhooks', index], `webhook \`${shorten(name)}\`: Crossfade calls none`);
  }
  draft.leaveOthers(path, analysis, handled, reasons);
  return { name: canary.metadata.name };
}
