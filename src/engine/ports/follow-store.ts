import type { FollowFault } from '../../core/protocol/document-set-view.ts';
import type { FollowTurn } from './document-sets.ts';

/** What is known of a set that servers follow a folder for. Times are epoch milliseconds. */
export interface Following {
  readonly set: string;
  readonly folder: string;
  /** The server that has its turn, and until when. */
  readonly owner: string;
  readonly leaseUntil: number;
  /** Of what the folder held when it was applied or refused last; null before the first time. */
  readonly fingerprint: string | null;
  readonly triedAt: number | null;
  readonly fault: FollowFault | null;
}

/** What came of what a folder holds. */
export interface FollowReport extends Pick<Following, 'fault'> {
  readonly fingerprint: string;
}

/** One server at a time follows for a set; the others stand by. */
export abstract class FollowStore {
  /** Takes the turn, or keeps it for so many milliseconds more; null while another server has it. */
  abstract take(
    set: string,
    folder: string,
    owner: string,
    leaseMs: number,
  ): Promise<(Following & { readonly turn: FollowTurn }) | null>;

  /** Notes an outcome, unless the turn is over. */
  abstract report(turn: FollowTurn, report: FollowReport): Promise<void>;

  abstract all(): Promise<readonly Following[]>;
}
