import type { SetChange } from '../documents/plan-set.ts';
import type { Fault } from '../errors.ts';
import type { SetOutcome } from './document-set-view.ts';

/** One document and what became of it. */
export type AppliedDocument = Omit<SetChange, 'why'> & Partial<Pick<SetChange, 'why'>>;

/** The answer of `POST /apply`. */
export interface AppliedDocuments {
  readonly applied: readonly AppliedDocument[];
  readonly warnings: readonly Fault[];
  /** Absent where documents were applied by hand. */
  readonly set?: Omit<SetOutcome, 'changes'>;
}
