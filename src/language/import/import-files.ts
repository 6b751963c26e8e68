import type { Fault } from '../../core/errors.ts';
import { shorten } from '../faults/describe-issue.ts';
import { inOrder } from '../parse-documents.ts';
import { readYaml, type SourceFile } from '../source/read-yaml.ts';
import { limits, utf8Length } from '../source/yaml-limits.ts';
import { importAnalysisTemplate } from './argo/import-analysis-template.ts';
import { Draft } from './draft.ts';
import { importCanary } from './flagger/import-canary.ts';
import { TemplateLibrary } from './flagger/template-library.ts';
import { ForeignDocument } from './foreign-document.ts';
import { freeName } from './free-name.ts';
import { importCanaryConfig, isKayenta } from './kayenta/import-canary-config.ts';
import { profileOf, providerDocument, writeYaml, type WrittenDocument } from './write-documents.ts';
import { Providers } from './providers.ts';

/** What files of other systems became. */
export interface ImportedFiles {
  /** Providers, then one Profile per template, canary or config. Empty when there are faults. */
  readonly documents: readonly unknown[];
  /** The same as YAML, with the remarks as comments; it lints clean. */
  readonly yaml: string;
  /** Where Crossfade differs from what is written there. */
  readonly remarks: readonly Fault[];
  /** What no guard says, and why. */
  readonly left: readonly Fault[];
  /** What is wrong in the files; then nothing is imported. */
  readonly faults: readonly Fault[];
}

type Result = { readonly name: string } | { readonly faults: readonly Fault[] };

type Import = (document: ForeignDocument, draft: Draft) => Result;

/**
 * Turns Argo's AnalysisTemplates, Flagger's Canaries with their MetricTemplates, and Kayenta's canary
 * configs into Profiles. Never throws: whatever is wrong becomes a fault.
 * @param args values for the arguments of AnalysisTemplates, by name.
 */
export function importFiles(
  files: readonly SourceFile[],
  args: ReadonlyMap<string, string> = new Map(),
): ImportedFiles {
  const read = files.map(readYaml);
  const faults = read.flatMap((file) => file.faults);
  const documents = read.flatMap((file) =>
    file.documents.flatMap((found) => ForeignDocument.of(found)),
  );
  const templates = new TemplateLibrary();
  faults.push(...documents.filter(isMetricTemplate).flatMap((found) => templates.add(found)));
  const providers = new Providers();
  const left: Fault[] = [];
  const written: WrittenDocument[] = [];
  const names = new Set(['standard']);
  let known = 0;
  for (const document of documents) {
    const importOne = importOf(document, { providers, templates, args });
    if (importOne === null) {
      if (!isMetricTemplate(document)) left.push(notImported(document));
      continue;
    }
    known += 1;
    const draft = new Draft(document);
    const result = importOne(document, draft);
    left.push(...draft.left);
    if ('faults' in result) {
      faults.push(...result.faults);
      continue;
    }
    const name = freeName(result.name, names);
    names.add(name);
    written.push(profileOf(name, draft));
  }
  for (const { document, template } of templates.unused) {
    const name = shorten(template.metadata.name);
    left.push(
      document.fault([], `MetricTemplate \`${name}\`: no canary in the files refers to it`),
    );
  }
  if (known === 0 && faults.length === 0) faults.push(nothingFound(files));
  const used = providers.list.filter(({ name }) => written.some((one) => one.providers.has(name)));
  return resultOf(files, [...used.map(providerDocument), ...written], { left, faults });
}

function resultOf(
  files: readonly SourceFile[],
  written: readonly WrittenDocument[],
  { left, faults }: Pick<ImportedFiles, 'left' | 'faults'>,
): ImportedFiles {
  const yaml = writeYaml(written);
  const tooLarge = utf8Length(yaml) > limits.bytes ? [tooLargeFault(files)] : [];
  const found = inOrder(once([...faults, ...tooLarge]), files);
  const nothing = { documents: [], yaml: '', remarks: [], left: [] };
  if (found.length > 0) return { ...nothing, faults: found };
  return {
    documents: written.map(({ value }) => value),
    yaml,
    remarks: written.flatMap(({ comments }) => comments.flatMap((comment) => comment.remarks)),
    left: inOrder(once(left), files),
    faults: [],
  };
}

interface Surroundings {
  readonly providers: Providers;
  readonly templates: TemplateLibrary;
  readonly args: ReadonlyMap<string, string>;
}

function importOf(document: ForeignDocument, around: Surroundings): Import | null {
  const { providers, templates, args } = around;
  const { kind, group } = document;
  const isArgo = kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate';
  if (isArgo && group === 'argoproj.io') {
    return (found, draft) => importAnalysisTemplate(found, draft, providers, args);
  }
  if (kind === 'Canary' && group === 'flagger.app') {
    return (found, draft) => importCanary(found, draft, providers, templates);
  }
  if (!isKayenta(document)) return null;
  return (found, draft) => importCanaryConfig(found, draft, providers);
}

function isMetricTemplate({ kind, group }: ForeignDocument): boolean {
  return kind === 'MetricTemplate' && group === 'flagger.app';
}

function notImported(document: ForeignDocument): Fault {
  const { kind } = document;
  const what = kind === null ? 'a document without `kind`' : `kind \`${shorten(kind)}\``;
  return document.fault([], `${what} is not imported`);
}

function nothingFound([first]: readonly SourceFile[]): Fault {
  const message =
    'nothing here can be imported; expected an AnalysisTemplate or ClusterAnalysisTemplate of `argoproj.io`, a Canary of `flagger.app`, or a canary config of Kayenta';
  return { file: first?.name ?? '', line: 1, column: 1, message };
}

function tooLargeFault([first]: readonly SourceFile[]): Fault {
  const message = `what it becomes is larger than ${limits.bytes / 1024} KiB; import it in several parts`;
  return { file: first?.name ?? '', line: 1, column: 1, message };
}

/** A template that two metrics use is complained of once. */
function once(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault] as const)).values()];
}
