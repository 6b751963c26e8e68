import type { AppliedDocument } from '../core/protocol/applied-documents.ts';
import type { DriftedDocument } from '../core/protocol/document-set-view.ts';
import type { DocumentView } from '../core/protocol/document-view.ts';
import { normalisedYaml } from '../language/write-yaml.ts';
import { unifiedDiff } from './unified-diff.ts';

/** A document of a file, as it would be stored. */
export type WrittenDocument = Omit<DocumentView, 'revision'>;

/** What applying would do to one document. */
export interface DocumentChange {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
  readonly change: 'added' | 'changed' | 'pruned' | 'kept' | 'drifted';
  /** Of both without comments and in one order; empty where nothing else differs. */
  readonly diff: string;
  /** Why it is kept, or whose hand it was; absent where the diff says it all. */
  readonly why?: string;
}

/** What applying files would change about what is applied, in the order of the files. */
export function documentChanges(
  written: readonly WrittenDocument[],
  applied: readonly DocumentView[],
): readonly DocumentChange[] {
  return written.flatMap(({ kind, project, name, text }) => {
    const present = applied.find(
      (one) => one.kind === kind && one.project === project && one.name === name,
    );
    if (present?.text === text) return [];
    const label = `${kind}/${name}`;
    const before = present === undefined ? '' : normalisedYaml(present.text);
    const names = [present === undefined ? '/dev/null' : `applied ${label}`, label] as const;
    const diff = unifiedDiff(before, normalisedYaml(text), names);
    return [{ kind, project, name, change: present === undefined ? 'added' : 'changed', diff }];
  });
}

/** What a set no longer has, and applying it would take away or would have to keep. */
export function prunedChanges(
  answer: readonly AppliedDocument[],
  applied: readonly DocumentView[],
): readonly DocumentChange[] {
  return answer.flatMap(({ kind, project, name, change, why }): readonly DocumentChange[] => {
    const key = { kind, project, name };
    if (change === 'kept') return [{ ...key, change, diff: '', why: why ?? '' }];
    if (change !== 'pruned') return [];
    const before = applied.find(
      (one) => one.kind === kind && one.project === project && one.name === name,
    );
    const text = before === undefined ? '' : normalisedYaml(before.text);
    const diff = unifiedDiff(text, '', [`applied ${kind}/${name}`, '/dev/null']);
    return [{ ...key, change, diff }];
  });
}

/** A document that somebody applied over its set, against the set's own text; null where that is not kept any more. */
export function driftedChange(
  { kind, project, name, appliedBy, applied, wanted }: DriftedDocument,
  set: string,
  textOf: (revision: string) => string | null,
): DocumentChange {
  const [ours, theirs] = [textOf(wanted), textOf(applied)];
  const label = `${kind}/${name}`;
  const diff =
    ours === null || theirs === null
      ? ''
      : unifiedDiff(normalisedYaml(ours), normalisedYaml(theirs), [
          `${set} ${label}`,
          `applied ${label}`,
        ]);
  return { kind, project, name, change: 'drifted', diff, why: `applied by ${appliedBy}` };
}
