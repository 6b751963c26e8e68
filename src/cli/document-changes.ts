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
  readonly change: 'added' | 'changed';
  /** Of both without comments and in one order; empty where nothing else differs. */
  readonly diff: string;
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
