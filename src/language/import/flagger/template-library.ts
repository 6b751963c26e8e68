import type { Fault } from '../../../core/errors.ts';
import type { ForeignDocument } from '../foreign-document.ts';
import { metricTemplateSchema, type MetricTemplate } from './schema.ts';

/** A MetricTemplate with the document that it stands in. */
export interface FoundTemplate {
  readonly document: ForeignDocument;
  readonly template: MetricTemplate;
}

/** The MetricTemplates of an import, by namespace and name. */
export class TemplateLibrary {
  readonly #byName = new Map<string, FoundTemplate>();
  readonly #used = new Set<FoundTemplate>();

  /** Takes a template in; answers what is wrong in it. */
  add(document: ForeignDocument): readonly Fault[] {
    const parsed = document.parse(metricTemplateSchema, [], document.value);
    if ('faults' in parsed) return parsed.faults;
    const { name, namespace } = parsed.data.metadata;
    this.#byName.set(keyOf(name, namespace), { document, template: parsed.data });
    return [];
  }

  /** A namespace that a file leaves out is given when it is applied, so it fits any. */
  find(name: string, namespace: string | undefined): FoundTemplate | null {
    const found =
      this.#byName.get(keyOf(name, namespace)) ??
      this.#byName.get(keyOf(name, undefined)) ??
      (namespace === undefined ? this.#anywhere(name) : undefined);
    if (found === undefined) return null;
    this.#used.add(found);
    return found;
  }

  /** Templates that no canary refers to. */
  get unused(): readonly FoundTemplate[] {
    return [...this.#byName.values()].filter((found) => !this.#used.has(found));
  }

  #anywhere(name: string): FoundTemplate | undefined {
    return [...this.#byName.values()].find(({ template }) => template.metadata.name === name);
  }
}

function keyOf(name: string, namespace: string | undefined): string {
  return JSON.stringify([namespace ?? null, name]);
}
