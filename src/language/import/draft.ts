import type { z } from 'zod';

import type { Fault } from '../../core/errors.ts';
import { placeholderFaults } from '../../core/metrics/placeholders.ts';
import { isMapping } from '../kinds/exactly-one.ts';
import { guardSchema } from '../kinds/guard.ts';
import type { Path } from '../source/located.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { freeName } from './free-name.ts';

/** A guard as it is written in YAML. */
export type WrittenGuard = Exclude<z.input<typeof guardSchema>, string>;

type WrittenThreshold = Extract<WrittenGuard, { threshold: unknown }>;

/** A threshold on a value of Prometheus, as it is written in YAML. */
export interface WrittenMetricGuard extends Omit<WrittenThreshold, 'threshold'> {
  readonly threshold: Extract<WrittenThreshold['threshold'], { prometheus: unknown }>;
}

interface DraftGuard {
  readonly guard: WrittenGuard;
  /** What a person should know of it, at the places that it comes from. */
  readonly remarks: readonly Fault[];
}

type Comparison = 'errors' | 'latency' | 'mismatches';

/** What becomes of one document of another system: guards, remarks, and what is left behind. */
export class Draft {
  readonly remarks: Fault[] = [];
  readonly left: Fault[] = [];
  /** Names of the Providers that its guards ask. */
  readonly providers = new Set<string>();
  readonly #document: ForeignDocument;
  readonly #own: Record<Comparison, Fault[]> = { errors: [], latency: [], mismatches: [] };
  readonly #imported: DraftGuard[] = [];
  readonly #names = new Set<string>(['errors', 'latency', 'mismatches']);

  constructor(document: ForeignDocument) {
    this.#document = document;
  }

  /**
   * Crossfade's own comparisons, then what was imported: a list of guards replaces the one that is
   * built in, so without them the rollout would not be compared any more.
   */
  get guards(): readonly DraftGuard[] {
    const own = (['errors', 'latency', 'mismatches'] as const).map((compare) => ({
      guard: { name: compare, compare },
      remarks: this.#own[compare],
    }));
    return [...own, ...this.#imported];
  }

  fault(path: Path, message: string): Fault {
    return this.#document.fault(path, message);
  }

  remark(path: Path, message: string): void {
    this.remarks.push(this.fault(path, message));
  }

  leave(path: Path, message: string): void {
    this.left.push(this.#document.fault(path, message, 'key'));
  }

  /** Leaves every key that is written at `path` and not `handled`. */
  leaveOthers(
    path: Path,
    value: unknown,
    handled: readonly string[],
    reasons: Readonly<Record<string, string>>,
  ): void {
    if (!isMapping(value)) return;
    for (const key of Object.keys(value)) {
      if (handled.includes(key)) continue;
      const reason = Object.hasOwn(reasons, key) ? reasons[key] : undefined;
      this.leave([...path, key], `\`${key}\`: ${reason ?? 'Crossfade has no counterpart'}`);
    }
  }

  /** A check that Crossfade's own comparison takes the place of. */
  compare(comparison: Comparison, remarks: readonly Fault[]): void {
    this.#own[comparison].push(...remarks);
  }

  /** Adds a guard under a free name; leaves it behind when it could not be linted clean. */
  add(path: Path, written: WrittenMetricGuard, remarks: readonly Fault[]): void {
    const guard = { ...written, name: freeName(written.name, this.#names) };
    const wrong = faultOf(guard);
    if (wrong !== null) {
      this.leave(path, `\`${written.name}\`: ${wrong}`);
      return;
    }
    this.#names.add(guard.name);
    this.providers.add(guard.threshold.prometheus);
    this.#imported.push({ guard, remarks });
  }
}

/** What lint would say of it. */
function faultOf(guard: WrittenMetricGuard): string | null {
  const { expr, min, max } = guard.threshold;
  if (/\{\{|\}\}|<#/.test(expr)) return 'its query still holds a template that has no value here';
  const [placeholder] = placeholderFaults(expr);
  if (placeholder !== undefined) return `its query: ${placeholder}`;
  if (min !== undefined && max !== undefined && min > max) {
    return `no value is at least ${min} and at most ${max}`;
  }
  const issue = guardSchema.safeParse(guard).error?.issues[0];
  if (issue === undefined) return null;
  return expr.length > 4096 ? 'its query is longer than 4096 characters' : issue.message;
}
