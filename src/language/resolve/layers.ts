import type { z } from 'zod';

import type { DocumentOf } from '../document.ts';
import type { profileShape } from '../kinds/profile.ts';
import type { Path } from '../source/located.ts';
import type { SourceDocument } from '../source/read-yaml.ts';
import type { Context } from './context.ts';
import type { Findings } from './findings.ts';

/** What a policy and its profile both may say. */
export type Plan = z.output<z.ZodObject<typeof profileShape>>;

/** One document that values are taken from; `source` is null for what is built in. */
export interface Layer {
  readonly origin: string;
  readonly source: SourceDocument | null;
  readonly spec: Plan;
}

/** Where a value was found. */
export interface Found<T> {
  readonly value: T;
  readonly layer: Layer;
}

/** Where each value of an effective policy comes from, by its path in dots. */
export type Origins = Map<string, string>;

/** All that the parts of a resolution share. */
export interface Resolving {
  readonly document: DocumentOf<'RolloutPolicy'>;
  readonly context: Context;
  readonly findings: Findings;
  readonly origins: Origins;
  readonly layers: readonly Layer[];
}

/** The first layer that says something, noted as the origin of `path`. */
export function first<T>(
  { layers, origins }: Resolving,
  path: string,
  pick: (spec: Plan) => T | undefined,
): Found<T> | null {
  for (const layer of layers) {
    const value = pick(layer.spec);
    if (value === undefined) continue;
    origins.set(path, layer.origin);
    return { value, layer };
  }
  origins.set(path, 'built-in');
  return null;
}

/** The value of the first layer that says something, else `fallback`. */
export function firstOr<T>(
  resolving: Resolving,
  path: string,
  pick: (spec: Plan) => T | undefined,
  fallback: T,
): T {
  return first(resolving, path, pick)?.value ?? fallback;
}

/**
 * True for what a profile says about routing where the policy routes nobody. Written in the policy
 * itself it is a contradiction, which is for its writer to hear.
 */
export function isMoot({ document, layers }: Resolving, layer: Layer): boolean {
  return document.spec.route === 'none' && layer !== layers[0];
}

/** A place in a document, or nowhere for what is built in. */
export interface Place {
  readonly source: SourceDocument;
  readonly path: Path;
}
