import type { DocumentKey } from '../documents/document-key.ts';
import type { SetChange } from '../documents/plan-set.ts';
import type { Fault } from '../errors.ts';
import type { SetOutcome } from './document-set-view.ts';

/** One document and what became of it. */
export type AppliedDocument = Omit<SetChange, 'why'> & Partial<Pick<SetChange, 'why'>>;

/** A document that was applied by hand over a set. */
export interface OverSet extends DocumentKey {
  readonly set: string;
}

/** A living rollout of an applied policy: it goes on by the revision that it runs by. */
export interface LivingRollout {
  readonly policy: string;
  readonly rollout: string;
  readonly revision: string;
}

/** The answer of `POST /apply`. */
export interface AppliedDocuments {
  readonly applied: readonly AppliedDocument[];
  readonly warnings: readonly Fault[];
  /** Absent where documents were applied by hand. */
  readonly set?: Omit<SetOutcome, 'changes'>;
  /** Documents that now differ from what their set has; absent where there are none. */
  readonly over?: readonly OverSet[];
  /** Rollouts of policies that were changed; absent where there are none. */
  readonly living?: readonly LivingRollout[];
}
