import type { DocumentKey } from '../core/documents/document-key.ts';
import type {
  AppliedSet,
  DocumentSetView,
  DriftedDocument,
  FollowFault,
  FollowView,
} from '../core/protocol/document-set-view.ts';
import type { Clock } from './ports/clock.ts';
import type { DocumentSets } from './ports/document-sets.ts';
import type { Following, FollowStore } from './ports/follow-store.ts';

/** Sets as they stand: what was applied, what is no longer in them, what has drifted, who follows. */
export class DocumentSetViews {
  readonly #sets: DocumentSets;
  readonly #following: FollowStore;
  readonly #clock: Clock;

  constructor(sets: DocumentSets, following: FollowStore, clock: Clock) {
    this.#sets = sets;
    this.#following = following;
    this.#clock = clock;
  }

  /**
   * Every set, by name.
   * @param sees whether whoever asks may see what is in a project; faults may name what is in any
   */
  async list(sees: (project: string) => boolean): Promise<readonly DocumentSetView[]> {
    const [{ sets, members }, drifted, following, now] = await Promise.all([
      this.#sets.read(),
      this.#sets.drifted(),
      this.#following.all(),
      this.#clock.now(),
    ]);
    const names = new Set([...sets, ...following.map(({ set }) => ({ name: set }))].map(nameOf));
    return [...names].toSorted().map((name) => {
      const own = members.filter((one) => one.set === name && sees(one.project));
      const applied = sets.find((set) => set.name === name);
      const follow = following.find(({ set, leaseUntil }) => set === name && leaseUntil > now);
      return {
        name,
        applied: applied === undefined ? null : withoutName(applied),
        documents: own.filter(({ isPresent }) => isPresent).length,
        absent: own.filter(({ isPresent }) => !isPresent).map(keyPart),
        drifted: drifted.filter((one) => one.set === name && sees(one.project)).map(withoutSet),
        follow: follow === undefined ? null : followView(follow, sees(everyProject)),
      };
    });
  }
}

/** Nobody's own project: whoever sees it sees them all. */
const everyProject = '*';

const nameOf = ({ name }: { readonly name: string }): string => name;

function withoutSet(one: DriftedDocument & { readonly set: string }): DriftedDocument {
  const { set: _, ...document } = one;
  return document;
}

function withoutName(one: AppliedSet & { readonly name: string }): AppliedSet {
  const { name: _, ...applied } = one;
  return applied;
}

function keyPart({ kind, project, name }: DocumentKey): DocumentKey {
  return { kind, project, name };
}

function followView({ folder, owner, fault }: Following, seesAll: boolean): FollowView {
  return { folder, by: owner, fault: fault === null || seesAll ? fault : withheld(fault) };
}

/** That there is a fault is no secret; what it is may name documents of other projects. */
function withheld({ since, commit }: FollowFault): FollowFault {
  const message = 'it cannot be applied; who may apply in every project is told why';
  return { since, commit, message, faults: [] };
}
