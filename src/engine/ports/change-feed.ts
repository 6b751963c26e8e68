import type { Change } from '../../core/protocol/change.ts';

/** Who wants to know what changes. */
export interface ChangeListener {
  /** Something has been committed. */
  changed(change: Change): void;
  /** Changes may have been missed. */
  missed(): void;
  /** Up to this moment (epoch milliseconds) every change has been told. */
  confirmed(now: number): void;
}

/** Every change of what people look at, told at its commit, whichever replica made it. */
export abstract class ChangeFeed {
  /** Answers how to stop listening. */
  abstract subscribe(listener: ChangeListener): () => void;

  abstract close(): Promise<void>;
}
