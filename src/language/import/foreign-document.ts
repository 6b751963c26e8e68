import type { z } from 'zod';

import type { Fault } from '../../core/errors.ts';
import { describeIssue } from '../faults/describe-issue.ts';
import { isMapping } from '../kinds/exactly-one.ts';
import type { Path } from '../source/located.ts';
import type { SourceDocument, Spot } from '../source/read-yaml.ts';

/** A document of another system: one of a file, or an item of a `kind: List`. */
export class ForeignDocument {
  readonly value: Readonly<Record<string, unknown>>;
  readonly #source: SourceDocument;
  readonly #base: Path;

  constructor(source: SourceDocument, base: Path, value: Readonly<Record<string, unknown>>) {
    this.#source = source;
    this.#base = base;
    this.value = value;
  }

  /** The documents of a YAML document: its items, where it is a list as `kubectl get -o yaml` prints it. */
  static of(source: SourceDocument): readonly ForeignDocument[] {
    const { value } = source.root;
    if (!isMapping(value)) return [];
    const { kind, items } = value;
    if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) {
      return [new ForeignDocument(source, [], value)];
    }
    return items.flatMap((item: unknown, index) =>
      isMapping(item) ? [new ForeignDocument(source, ['items', index], item)] : [],
    );
  }

  get kind(): string | null {
    const { kind } = this.value;
    return typeof kind === 'string' ? kind : null;
  }

  /** `argoproj.io` of `argoproj.io/v1alpha1`. */
  get group(): string | null {
    const { apiVersion } = this.value;
    return typeof apiVersion === 'string' ? (apiVersion.split('/')[0] ?? null) : null;
  }

  fault(path: Path, message: string, spot: Spot = 'value'): Fault {
    return this.#source.fault([...this.#base, ...path], message, spot);
  }

  /**
   * The part at `path` by a schema; faults when it does not fit.
   * @param value what stands there, when something was substituted in it.
   */
  parse<S extends z.ZodType>(
    schema: S,
    path: Path,
    value: unknown,
  ): { readonly data: z.output<S> } | { readonly faults: readonly Fault[] } {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { data: parsed.data };
    const at = [...this.#base, ...path];
    const faults = parsed.error.issues
      .flatMap((issue) => describeIssue(issue, this.#source.root, at))
      .map((found) => this.#source.fault(found.path, found.message, found.spot));
    return { faults };
  }
}
