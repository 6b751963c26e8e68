import { Document, isMap, isNode, isScalar, type Node, visit } from 'yaml';

import type { Fault } from '../../core/errors.ts';
import type { Path } from '../source/located.ts';
import type { Draft, WrittenGuard } from './draft.ts';
import type { DraftProvider } from './providers.ts';

/** A document of ours with the remarks that stand before its parts. */
export interface WrittenDocument {
  readonly value: object;
  readonly comments: readonly {
    readonly path: Path;
    readonly words: readonly string[];
    readonly remarks: readonly Fault[];
  }[];
  /** Names of the Providers that its guards ask. */
  readonly providers: ReadonlySet<string>;
}

const apiVersion = 'crossfade/v1';

/** The Provider of one address; who has one already deletes it and renames the guards' provider. */
export function providerDocument({ name, variable, address }: DraftProvider): WrittenDocument {
  const remarks = address === null ? [] : [address];
  const value = {
    apiVersion,
    kind: 'Provider',
    metadata: { name },
    spec: { prometheus: { url: { env: variable } } },
  };
  const comments = [{ path: ['spec', 'prometheus'], words: [], remarks }];
  return { value, comments, providers: new Set() };
}

const own = [
  "Crossfade's own comparisons. A list of guards replaces the one that is built in, so they stand here.",
];

const watches = [
  'A query watches what it selects: a whole service, not the new side alone. Where the series carry these',
  'labels, `cohort="canary",$rollout` selects the new side; end such a query with `or vector(GOOD)`, since',
  'that side has no series before its first unit.',
];

/** The Profile of one document of another system. A Service or policy takes it by its name. */
export function profileOf(name: string, draft: Draft): WrittenDocument {
  const { guards } = draft;
  const value = {
    apiVersion,
    kind: 'Profile',
    metadata: { name },
    spec: { guards: guards.map(({ guard }) => guard) },
  };
  const whole = guards.findIndex(({ guard }) => watchesAll(guard));
  const comments = guards.map(({ remarks }, index) => {
    const path = ['spec', 'guards', index];
    const words = index === 0 ? own : index === whole ? watches : [];
    return { path, words, remarks };
  });
  const first = { path: [], words: [], remarks: draft.remarks };
  return { value, comments: [first, ...comments], providers: draft.providers };
}

function watchesAll(guard: WrittenGuard): boolean {
  return (
    'threshold' in guard && 'expr' in guard.threshold && !guard.threshold.expr.includes('$rollout')
  );
}

/** Small mappings, which people write in one line. */
const inline: ReadonlySet<unknown> = new Set(['metadata', 'url', 'failAfter']);

/** All documents as one file; comments carry the remarks with the place that they speak of. */
export function writeYaml(documents: readonly WrittenDocument[]): string {
  return documents.map(writeOne).join('---\n');
}

function writeOne({ value, comments }: WrittenDocument): string {
  const document = new Document(value, { version: '1.2', aliasDuplicateObjects: false });
  for (const { path, words, remarks } of comments) {
    const lines = [
      ...words,
      ...remarks.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ];
    if (lines.length === 0) continue;
    const text = lines.map((line) => ` ${plain(line)}`).join('\n');
    const node = path.length === 0 ? document : placeOf(document, path);
    if (node !== null) node.commentBefore = text;
  }
  visit(document, {
    Pair: (_, { key, value: part }) => {
      if (isScalar(key) && inline.has(key.value) && isMap(part)) part.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Before a plain value there is no room; its key stands on a line of its own. */
function placeOf(document: Document, path: Path): Node | null {
  const node = document.getIn(path, true);
  const parent = document.getIn(path.slice(0, -1), true);
  if (isScalar(node) && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    return isNode(pair?.key) ? pair.key : null;
  }
  return isNode(node) ? node : null;
}

/** Nothing in it can end the line or move a cursor. */
function plain(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
