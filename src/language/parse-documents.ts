import type { z } from 'zod';

import type { Fault } from '../core/errors.ts';
import { defaults } from '../core/policy/defaults.ts';
import { kinds, kindSchemas, type Kind, type PolicyDocument } from './document.ts';
import { describeIssue, shorten } from './faults/describe-issue.ts';
import { nearest } from './faults/nearest.ts';
import { isMapping } from './kinds/exactly-one.ts';
import { listed } from './scalars/one-of.ts';
import { salvage } from './source/salvage.ts';
import { readYaml, type SourceDocument, type SourceFile } from './source/read-yaml.ts';

/** What the files say, and every place in them that is wrong. */
export interface ParsedFiles {
  /** The documents that are valid by themselves. */
  readonly documents: readonly PolicyDocument[];
  /** What is left of faulty documents, for finding in the same run what else is wrong. */
  readonly salvaged: readonly PolicyDocument[];
  /** Sorted by file, as given, then by place. */
  readonly faults: readonly Fault[];
}

/** Reads YAML files of any number of documents. Never throws: whatever is wrong becomes a fault. */
export function parseDocuments(files: readonly SourceFile[]): ParsedFiles {
  const documents: PolicyDocument[] = [];
  const salvaged: PolicyDocument[] = [];
  const faults: Fault[] = [];
  for (const file of files) {
    const read = readYaml(file);
    faults.push(...read.faults);
    for (const source of read.documents) {
      const parsed = parseDocument(source);
      faults.push(...parsed.faults);
      if (parsed.document === null) continue;
      (parsed.faults.length === 0 ? documents : salvaged).push(parsed.document);
    }
  }
  faults.push(...namedTwice(documents));
  return { documents, salvaged, faults: inOrder(faults, files) };
}

/** Faults by file as given, then by line and column. */
export function inOrder<F extends Fault>(faults: readonly F[], files: readonly SourceFile[]): F[] {
  const order = new Map(files.map((file, index) => [file.name, index] as const));
  const rank = (fault: Fault): number => order.get(fault.file) ?? files.length;
  return faults.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

/** The document, or what is left of it beside its faults; null when nothing useful is. */
function parseDocument(source: SourceDocument): {
  document: PolicyDocument | null;
  faults: Fault[];
} {
  const { value } = source.root;
  if (!isMapping(value)) return { document: null, faults: [source.fault([], notAMapping)] };
  const kind = value['kind'];
  if (!isKind(kind)) return { document: null, faults: [wrongKind(source, kind)] };
  const schema = kindSchemas[kind];
  const result = schema.safeParse(value);
  if (result.success) return { document: documentOf(source, result.data), faults: [] };
  const complaints = result.error.issues.flatMap((issue) => describeIssue(issue, source.root));
  const faults = complaints.map(({ path, message, spot }) => source.fault(path, message, spot));
  const rest = complaints.every(({ removable }) => removable)
    ? schema.safeParse(
        salvage(
          value,
          complaints.map(({ path }) => path),
        ),
      )
    : null;
  return { document: rest?.success === true ? documentOf(source, rest.data) : null, faults };
}

type Data = z.output<(typeof kindSchemas)[Kind]>;

function documentOf(source: SourceDocument, { kind, metadata, spec }: Data): PolicyDocument {
  const { name, project = defaults.project } = metadata;
  return { kind, name, project, spec, source } as PolicyDocument;
}

const notAMapping = `expected a document with \`apiVersion\`, \`kind\`, \`metadata\` and \`spec\``;

function isKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(kindSchemas, kind);
}

function wrongKind(source: SourceDocument, kind: unknown): Fault {
  if (kind === undefined) {
    return source.fault([], `missing \`kind\`; expected ${listed(kinds)}`);
  }
  const meant = typeof kind === 'string' ? nearest(kind, kinds) : null;
  const advice = meant === null ? `expected ${listed(kinds)}` : `did you mean \`${meant}\`?`;
  const said = typeof kind === 'string' ? ` \`${shorten(kind)}\`` : '';
  return source.fault(['kind'], `unknown kind${said}; ${advice}`);
}

function namedTwice(documents: readonly PolicyDocument[]): Fault[] {
  const seen = new Map<string, PolicyDocument>();
  return documents.flatMap((document) => {
    const key = JSON.stringify([document.kind, document.project, document.name]);
    const earlier = seen.get(key);
    seen.set(key, earlier ?? document);
    if (earlier === undefined) return [];
    const { file, line } = earlier.source.fault(['metadata', 'name'], '');
    const message = `${document.kind} \`${document.name}\` is already defined in ${file}:${line}`;
    return [document.source.fault(['metadata', 'name'], message)];
  });
}
