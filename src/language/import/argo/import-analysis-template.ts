import type { z } from 'zod';

import type { Fault } from '../../../core/errors.ts';
import { shorten } from '../../faults/describe-issue.ts';
import { isMapping } from '../../kinds/exactly-one.ts';
import type { Draft } from '../draft.ts';
import type { ForeignDocument } from '../foreign-document.ts';
import type { Providers } from '../providers.ts';
import { substitute } from './arguments.ts';
import { importMetric } from './import-metric.ts';
import { analysisTemplateSchema, metricSchema } from './schema.ts';

type Template = z.output<typeof analysisTemplateSchema>;

const reasons: Readonly<Record<string, string>> = {
  templates: 'templates in a template are not followed; import their files as well',
  measurementRetention: 'every decision keeps its measurements here',
};

/** Turns the metrics of an AnalysisTemplate into guards. Answers its name, or what is wrong in it. */
export function importAnalysisTemplate(
  document: ForeignDocument,
  draft: Draft,
  providers: Providers,
  given: ReadonlyMap<string, string>,
): { readonly name: string } | { readonly faults: readonly Fault[] } {
  const parsed = document.parse(analysisTemplateSchema, [], document.value);
  if ('faults' in parsed) return parsed;
  const { metadata, spec } = parsed.data;
  const args = argumentsOf(spec, given);
  const isDryRun = dryRunOf(spec, draft);
  const faults: Fault[] = [];
  for (const [index, raw] of (spec.metrics ?? []).entries()) {
    const path = ['spec', 'metrics', index];
    const { value, missing } = substitute(raw, args);
    if (missing.length > 0) {
      draft.leave(path, missingWords(nameOf(raw), missing, spec));
      continue;
    }
    const metric = document.parse(metricSchema, path, value);
    if ('faults' in metric) faults.push(...metric.faults);
    else {
      importMetric(metric.data, { path, silent: isDryRun(metric.data.name), draft, providers });
    }
  }
  draft.leaveOthers(['spec'], spec, ['args', 'metrics', 'dryRun'], reasons);
  return faults.length > 0 ? { faults } : { name: metadata.name };
}

function argumentsOf(
  { args }: Template['spec'],
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const written = (args ?? []).flatMap(({ name, value }) =>
    value === undefined || value === null ? [] : [[name, String(value)] as const],
  );
  return new Map([...written, ...given]);
}

function nameOf(metric: unknown): string {
  const name = isMapping(metric) ? metric['name'] : undefined;
  return typeof name === 'string' ? name : '';
}

function missingWords(
  metric: string,
  missing: readonly string[],
  { args }: Template['spec'],
): string {
  const [first = ''] = missing;
  const secret = (args ?? []).some((arg) => arg.name === first && 'valueFrom' in arg);
  const names = missing.map((name) => `\`${shorten(name)}\``).join(', ');
  const why = secret ? 'its value is read from the cluster' : 'it has no value here';
  return `metric \`${shorten(metric)}\`: argument ${names}: ${why}; give it with --arg ${shorten(first)}=VALUE`;
}

/**
 * Which metrics may not fail the run. Argo takes each name as a regular expression; plain names and a
 * `.*` at the end are what is written in practice, and what is read here.
 */
function dryRunOf({ dryRun }: Template['spec'], draft: Draft): (name: string) => boolean {
  const forms = (dryRun ?? []).flatMap(({ metricName }, index) => {
    const [, name, rest] = /^\^?([\w -]*)(\.\*)?\$?$/.exec(metricName) ?? [];
    if (name !== undefined) return [{ name, isPrefix: rest !== undefined }];
    const words = `\`dryRun\`: \`${shorten(metricName)}\` is a pattern that is not read; metrics that it names count here`;
    draft.leave(['spec', 'dryRun', index], words);
    return [];
  });
  return (metric) =>
    forms.some(({ name, isPrefix }) => (isPrefix ? metric.startsWith(name) : metric === name));
}
