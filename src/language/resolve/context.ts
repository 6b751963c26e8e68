import { defaults } from '../../core/policy/defaults.ts';
import type { DocumentOf, Kind, PolicyDocument } from '../document.ts';

/** The documents that others may name. */
export class Context {
  readonly #documents: ReadonlyMap<string, PolicyDocument>;

  /** Of two documents with the same kind, project and name the later one holds. */
  constructor(documents: Iterable<PolicyDocument>) {
    this.#documents = new Map(
      [...documents].map((document) => [
        keyOf(document.kind, document.project, document.name),
        document,
      ]),
    );
  }

  /** Looks in `project` first, then in the default project, which is shared by all. */
  find<K extends Kind>(kind: K, project: string, name: string): DocumentOf<K> | null {
    const found =
      this.#documents.get(keyOf(kind, project, name)) ??
      this.#documents.get(keyOf(kind, defaults.project, name));
    return (found as DocumentOf<K> | undefined) ?? null;
  }

  /** Every document of that kind, of whichever project. */
  all<K extends Kind>(kind: K): readonly DocumentOf<K>[] {
    const found = [...this.#documents.values()].filter((document) => document.kind === kind);
    return found as unknown as readonly DocumentOf<K>[];
  }

  /** Names of that kind that `project` can see. */
  names(kind: Kind, project: string): readonly string[] {
    const visible = [...this.#documents.values()].filter(
      (document) =>
        document.kind === kind && [project, defaults.project].includes(document.project),
    );
    return [...new Set(visible.map(({ name }) => name))].toSorted();
  }
}

function keyOf(kind: Kind, project: string, name: string): string {
  return JSON.stringify([kind, project, name]);
}
