import type { Fault } from '../../../core/errors.ts';
import { isMapping } from '../../kinds/exactly-one.ts';
import type { Path } from '../../source/located.ts';
import type { Draft } from '../draft.ts';
import type { ForeignDocument } from '../foreign-document.ts';
import type { Providers } from '../providers.ts';
import { importKayentaMetric } from './import-kayenta-metric.ts';
import { kayentaVerdicts } from './kayenta-verdicts.ts';
import {
  canaryConfigSchema,
  executionRequestSchema,
  isCanaryConfig,
  type ExecutionRequest,
} from './schema.ts';

/** True for a canary config, and for a request that holds one. */
export function isKayenta({ value }: ForeignDocument): boolean {
  return isCanaryConfig(value) || isCanaryConfig(value['canaryConfig']);
}

const reasons: Readonly<Record<string, string>> = {
  judge: "Crossfade's own judge compares; see docs/guards",
};

/** What was used, and what says nothing of how it is judged. */
const handled = [
  'name',
  'metrics',
  'classifier',
  'templates',
  'description',
  'applications',
  'id',
  'configVersion',
  'createdTimestamp',
  'createdTimestampIso',
  'updatedTimestamp',
  'updatedTimestampIso',
];

/** Turns a Kayenta canary config into guards. Answers its name, or what is wrong in it. */
export function importCanaryConfig(
  document: ForeignDocument,
  draft: Draft,
  providers: Providers,
): { readonly name: string } | { readonly faults: readonly Fault[] } {
  const isRequest = isMapping(document.value['canaryConfig']);
  const base: Path = isRequest ? ['canaryConfig'] : [];
  const written = isRequest ? document.value['canaryConfig'] : document.value;
  const parsed = document.parse(canaryConfigSchema, base, written);
  const request = requestOf(document);
  const faults = [parsed, request].flatMap((part) => ('faults' in part ? part.faults : []));
  if ('faults' in parsed || 'faults' in request) return { faults };
  const config = parsed.data;
  for (const index of config.metrics.keys()) {
    const path = [...base, 'metrics', index];
    importKayentaMetric(index, { config, request: request.data, path, draft, providers });
  }
  if (config.classifier?.groupWeights !== undefined) {
    const words =
      '`groupWeights`: no score is summed up; a guard holds where the run would not pass if it alone failed';
    draft.leave([...base, 'classifier', 'groupWeights'], words);
  }
  for (const subject of ['metric', 'run'] as const) {
    const words = kayentaVerdicts
      .filter((found) => found.of === subject)
      .map(({ word, verdict }) => `${word} → ${verdict}`);
    draft.remark([...base, 'metrics'], `verdicts on a ${subject}: ${words.join(', ')}`);
  }
  draft.leaveOthers(base, config, handled, reasons);
  return { name: config.name ?? 'kayenta' };
}

function requestOf(
  document: ForeignDocument,
): { readonly data: ExecutionRequest | null } | { readonly faults: readonly Fault[] } {
  const written = document.value['executionRequest'];
  if (written === undefined) return { data: null };
  return document.parse(executionRequestSchema, ['executionRequest'], written);
}
