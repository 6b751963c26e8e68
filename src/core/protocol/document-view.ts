import type { Fault } from '../errors.ts';

/** A document as it is applied. */
export interface DocumentView {
  readonly kind: string;
  readonly project: string;
  readonly name: string;
  /** First 12 hexadecimal digits of SHA-256 over the text. */
  readonly revision: string;
  /** As it was written. */
  readonly text: string;
}

/** A revision of a document that was applied. */
export interface DocumentRevision extends Pick<DocumentView, 'revision' | 'text'> {
  readonly appliedBy: string;
  /** When it was applied last, in epoch milliseconds. */
  readonly appliedAt: number;
}

/** What is wrong or doubtful in a document as things are, each at its line in the text. */
export interface CheckedDocument {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

/** One value of an effective policy, by its path in dots. */
export interface EffectiveValue {
  readonly path: string;
  /** As it would be written: durations as `10m`. */
  readonly value: unknown;
  /** `policy`, `service NAME`, `profile NAME`, `schema migration NAME` or `built-in`. */
  readonly origin: string;
}

/** A policy with everything that it leaves out. */
export interface EffectivePolicy {
  readonly policy: string;
  readonly revision: string;
  readonly values: readonly EffectiveValue[];
}
