import { CrossfadeError } from '../core/errors.ts';
import type { FollowFault } from '../core/protocol/document-set-view.ts';
import type { Clock } from './ports/clock.ts';
import type { DocumentFolder, FolderReading } from './ports/document-folder.ts';
import type { DocumentSets, FollowTurn } from './ports/document-sets.ts';
import type { Following, FollowStore } from './ports/follow-store.ts';

/** How a folder is followed. Milliseconds. */
export interface FollowRule {
  /** The set that the folder is. */
  readonly set: string;
  /** Whether what the folder no longer has is pruned. */
  readonly prune: boolean;
  /** Whether what people apply over it is set back at once, and not only by the next change of the folder. */
  readonly selfHeal: boolean;
  /** A folder is taken as it is once it has been so for this long: files are written one after the other. */
  readonly settleMs: number;
  /** What was refused is tried again after this long, since it may stand on what has changed elsewhere. */
  readonly retryMs: number;
  /** After so long without a look another server takes the turn. */
  readonly leaseMs: number;
}

/** All that the follower works with. */
export interface FollowerWorld {
  readonly folder: DocumentFolder;
  readonly following: FollowStore;
  readonly sets: DocumentSets;
  readonly clock: Clock;
  /** Applies what was read, all of it or nothing. Throws a CrossfadeError for what cannot be applied. */
  readonly apply: (reading: FolderReading, turn: FollowTurn) => Promise<void>;
}

/** What a look found: what the folder holds, or why that cannot be known. */
type Found = Pick<FolderReading, 'fingerprint' | 'commit'> & {
  readonly reading: FolderReading | CrossfadeError;
};

/** Keeps a set as a folder is. What cannot be applied leaves the last good revision, and is noted. */
export class FolderFollower {
  readonly #world: FollowerWorld;
  readonly #rule: FollowRule;
  readonly #owner: string;
  #last: { readonly fingerprint: string; readonly since: number } | null = null;

  /** @param owner this server, by a name that no other one has */
  constructor(world: FollowerWorld, rule: FollowRule, owner: string) {
    this.#world = world;
    this.#rule = rule;
    this.#owner = owner;
  }

  /** Looks once. Does nothing while another server has the turn, or the folder is still being written. */
  async look(): Promise<void> {
    const { folder, following, clock } = this.#world;
    const { set, leaseMs } = this.#rule;
    const held = await following.take(set, folder.path, this.#owner, leaseMs);
    if (held === null) {
      this.#last = null;
      return;
    }
    const found = await this.#find();
    const now = await clock.now();
    if (!this.#isSettled(found, now) || !(await this.#isDue(held, found, now))) return;
    const fault = await this.#take(found, held, now);
    await following.report(held.turn, { fingerprint: found.fingerprint, fault });
  }

  async #find(): Promise<Found> {
    try {
      const reading = await this.#world.folder.read();
      return { reading, fingerprint: reading.fingerprint, commit: reading.commit };
    } catch (error) {
      if (!(error instanceof CrossfadeError)) throw error;
      return { reading: error, fingerprint: `unreadable: ${error.message}`, commit: null };
    }
  }

  #isSettled({ fingerprint }: Found, now: number): boolean {
    if (this.#last?.fingerprint !== fingerprint) this.#last = { fingerprint, since: now };
    return now - this.#last.since >= this.#rule.settleMs;
  }

  /** Whether there is something to do: the folder has changed, a refusal may have healed, somebody was at it. */
  async #isDue(held: Following, { fingerprint }: Found, now: number): Promise<boolean> {
    const { set, prune, selfHeal, retryMs } = this.#rule;
    if (held.fingerprint !== fingerprint) return true;
    const isTime = now - (held.triedAt ?? 0) >= retryMs;
    if (held.fault !== null) return isTime;
    const drifted = (await this.#world.sets.drifted()).some((one) => one.set === set);
    if (drifted) return selfHeal;
    // What was kept for a rollout goes once that has ended.
    return prune && isTime && (await this.#hasAbsent());
  }

  async #hasAbsent(): Promise<boolean> {
    const { members } = await this.#world.sets.read();
    return members.some(({ set, isPresent }) => set === this.#rule.set && !isPresent);
  }

  /** Null when it is applied, else what is wrong. */
  async #take(
    { reading, commit }: Found,
    held: Following & { readonly turn: FollowTurn },
    now: number,
  ): Promise<FollowFault | null> {
    try {
      if (reading instanceof CrossfadeError) throw reading;
      await this.#world.apply(reading, held.turn);
      return null;
    } catch (error) {
      // Another fault is nothing that the folder could mend, and is said where faults of the server are.
      if (!(error instanceof CrossfadeError) || error.code === 'internal') throw error;
      const { message, faults } = error;
      return { since: held.fault?.since ?? now, commit, message, faults: faults.slice(0, 20) };
    }
  }
}
