import { Injectable } from '@nestjs/common';
import { canonical } from '../../core/canonical.ts';
import { type DocumentKey, type DocumentStamp, keyOf } from '../../core/documents/document-key.ts';
import { namedByPolicy } from '../../core/documents/named-by-policy.ts';
import {
  type Holder,
  planSet,
  type SetChange,
  type SetPlan,
} from '../../core/documents/plan-set.ts';
import { CrossfadeError, type Fault } from '../../core/errors.ts';
import type {
  AppliedDocument,
  LivingRollout,
  OverSet,
} from '../../core/protocol/applied-documents.ts';
import { isTerminal } from '../../core/rollout/phase.ts';
import type { SetOrigin, SetOutcome } from '../../core/protocol/document-set-view.ts';
import {
  type DocumentsAtOnce,
  DocumentSets,
  type FollowTurn,
  type SetMember,
} from '../../engine/ports/document-sets.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import type { PolicyDocument } from '../../language/document.ts';
import { namedDocuments } from '../../language/named-documents.ts';
import type { SourceFile } from '../../language/source/read-yaml.ts';
import { type Applicant, DocumentsService } from './documents.service.ts';
import { refuseForeign, refuseNamesakes } from './refuse.ts';
import { sha256 } from './sha256.ts';
import { reread, storable } from './stored-text.ts';

/** How a set is to be applied. */
export interface SetRequest extends SetOrigin {
  readonly name: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** Null where a person applies it. */
  readonly turn: FollowTurn | null;
}

/** What came of it. */
export interface AppliedSetAnswer {
  readonly set: SetOutcome;
  readonly warnings: readonly Fault[];
}

/** So often documents may have changed under a set before that is given up. */
const attempts = 3;

/** Documents that are applied as a whole, so that what is no longer among them can be found and pruned. */
@Injectable()
export class DocumentSetsService {
  private readonly documents: DocumentsService;
  private readonly sets: DocumentSets;
  private readonly rollouts: RolloutStore;

  constructor(documents: DocumentsService, sets: DocumentSets, rollouts: RolloutStore) {
    this.documents = documents;
    this.sets = sets;
    this.rollouts = rollouts;
  }

  /**
   * Stores all documents of a set and prunes what it no longer has, or, when anything is wrong anywhere,
   * changes nothing. What is as it was is not written again. Throws `invalidInput` with faults, `forbidden`,
   * and `conflict` for a document of another set.
   */
  async apply(
    files: readonly SourceFile[],
    request: SetRequest,
    applicant: Applicant,
  ): Promise<AppliedSetAnswer> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const basis = await this.sets.read();
      const checked = this.documents.check(files, basis.documents);
      const plan = await this.plan(request, checked.documents, basis);
      refuse(plan, checked.documents, basis, applicant);
      const { name, commit, dirty } = request;
      const revision = revisionOf(checked.documents);
      const answer = {
        set: { name, revision, commit, dirty, changes: plan.changes },
        warnings: checked.warnings,
      };
      if (request.dryRun || isAsItWas(answer.set, basis)) return answer;
      const application = { ...applicationOf(answer.set, checked.documents, basis), basis };
      const { turn } = request;
      const outcome = await this.sets.apply({ ...application, by: applicant.by, turn });
      if (outcome === 'stored') return answer;
      if (outcome === 'late') throw new CrossfadeError('staleFence', lateWords(name));
    }
    throw new CrossfadeError('conflict', changedWords);
  }

  /** Those of some applied documents that differ from what their set has. */
  async over(applied: readonly DocumentStamp[]): Promise<readonly OverSet[]> {
    const { members } = await this.sets.read();
    const owners = new Map(members.filter((one) => one.isPresent).map((one) => [keyOf(one), one]));
    return applied.flatMap(({ kind, project, name, revision }) => {
      const member = owners.get(keyOf({ kind, project, name }));
      if (member === undefined || member.revision === revision) return [];
      return [{ kind, project, name, set: member.set }];
    });
  }

  /** Rollouts that go on by the revision they run by, although their policy was applied anew. */
  async livingOf(applied: readonly AppliedDocument[]): Promise<readonly LivingRollout[]> {
    const policies = applied.filter(
      ({ kind, change }) =>
        kind === 'RolloutPolicy' && (change === 'updated' || change === 'created'),
    );
    const found = await Promise.all(policies.map(({ name }) => this.rollouts.find(name)));
    return found.flatMap((one) => {
      if (one === null || isTerminal(one.rollout.phase)) return [];
      const { policy, id: rollout, policyRevision: revision } = one.rollout;
      return [{ policy, rollout, revision }];
    });
  }

  private async plan(
    { name, prune }: SetRequest,
    wanted: readonly PolicyDocument[],
    { documents, members }: DocumentsAtOnce,
  ): Promise<SetPlan> {
    const owners = new Map(members.map((one) => [keyOf(one), one]));
    const names = new Map(reread(documents).map((one) => [keyOf(one), namedDocuments(one)]));
    return planSet({
      set: name,
      prune,
      wanted: wanted.map((one) => ({ ...storable(one), names: namedDocuments(one) })),
      applied: documents.map((one) => {
        const member = owners.get(keyOf(one)) ?? null;
        return { ...one, member, names: names.get(keyOf(one)) ?? [] };
      }),
      living: prune ? await this.living() : [],
    });
  }

  private async living(): Promise<readonly Holder[]> {
    const active = await this.rollouts.active();
    return active.map(({ rollout, policy }) => ({
      why: `the rollout ${rollout.id} lives by it; apply again after its end, or roll it back`,
      names: namedByPolicy(policy),
    }));
  }
}

const changedWords =
  'documents were applied by others again and again meanwhile; nothing was applied';
const lateWords = (set: string): string => `another server follows for the set ${set} by now`;

/** Whoever applies a set must reach all that it has, and all that it had. */
function refuse(
  { changes, foreign }: SetPlan,
  wanted: readonly PolicyDocument[],
  { documents }: DocumentsAtOnce,
  { roles }: Applicant,
): void {
  for (const one of changes) refuseForeign(one, roles);
  const gone = keysOf(changes, 'pruned');
  refuseNamesakes(
    wanted,
    documents.filter((one) => !gone.has(keyOf(one))),
  );
  const [first] = foreign;
  if (first === undefined) return;
  const { kind, name, set } = first;
  const words = `${kind}/${name} belongs to the set ${set}; take it out of there and apply that first; nothing was applied`;
  throw new CrossfadeError('conflict', words);
}

function revisionOf(documents: readonly PolicyDocument[]): string {
  const stamps = documents.map((one) => [keyOf(one), storable(one).revision].join(' '));
  return sha256(canonical(stamps.toSorted())).slice(0, 12);
}

function keysOf(
  changes: SetOutcome['changes'],
  ...of: readonly SetChange['change'][]
): ReadonlySet<string> {
  return new Set(changes.filter(({ change }) => of.includes(change)).map(keyOf));
}

/** Whether applying it would write nothing: the same documents at the same commit. */
function isAsItWas(set: SetOutcome, { sets, members }: DocumentsAtOnce): boolean {
  const before = sets.find(({ name }) => name === set.name);
  const isSame =
    before?.revision === set.revision && before.commit === set.commit && before.dirty === set.dirty;
  const owned = new Map(
    members.filter((one) => one.set === set.name).map((one) => [keyOf(one), one]),
  );
  return isSame && set.changes.every((one) => isSettled(one, owned.get(keyOf(one))));
}

function isSettled({ change }: SetChange, member: SetMember | undefined): boolean {
  if (change === 'unchanged') return member?.isPresent === true;
  return (change === 'kept' || change === 'left') && member?.isPresent === false;
}

function applicationOf(
  { name: set, revision, commit, dirty, changes }: SetOutcome,
  documents: readonly PolicyDocument[],
  basis: DocumentsAtOnce,
) {
  const written = keysOf(changes, 'created', 'updated');
  const owned = new Map(basis.members.map((one) => [keyOf(one), one]));
  const membersOf = (isPresent: boolean, key: DocumentKey & { revision: string }): Member => {
    const { kind, project, name } = key;
    const before = isPresent ? undefined : owned.get(keyOf(key))?.revision;
    return { kind, project, name, revision: before ?? key.revision, isPresent };
  };
  return {
    set,
    revision,
    commit,
    dirty,
    changed: documents.map(storable).filter((one) => written.has(keyOf(one))),
    pruned: changes.filter(({ change }) => change === 'pruned'),
    members: changes.flatMap((one) => {
      if (one.change === 'pruned') return [];
      return [membersOf(one.change !== 'kept' && one.change !== 'left', one)];
    }),
  };
}

type Member = Omit<SetMember, 'set'>;
