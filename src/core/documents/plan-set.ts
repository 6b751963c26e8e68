import { defaults } from '../policy/defaults.ts';
import { type DocumentKey, type DocumentStamp, keyOf } from './document-key.ts';

/** What stands on documents, and cannot do without them. */
export interface Holder {
  /** Why a document that it names is kept, and what would be right. */
  readonly why: string;
  /** As it names them: in its own project, else in the default one. */
  readonly names: readonly DocumentKey[];
}

/** A document with those that it names. */
export interface LinkedStamp extends DocumentStamp {
  readonly names: readonly DocumentKey[];
}

/** A document as it is applied. */
export interface AppliedStamp extends LinkedStamp {
  /** The set that applied it, and whether it was in there the last time; null: a person applied it by hand. */
  readonly member: { readonly set: string; readonly isPresent: boolean } | null;
}

/** All that decides what applying a set does. */
export interface SetCase {
  readonly set: string;
  readonly wanted: readonly LinkedStamp[];
  readonly applied: readonly AppliedStamp[];
  readonly prune: boolean;
  /** Rollouts that live, or still have work to do. */
  readonly living: readonly Holder[];
}

/**
 * What becomes of a document: `pruned` is no longer applied; `kept` would be, and something stands on it;
 * `left` is no longer in the set, and nobody asked for pruning.
 */
export interface SetChange extends DocumentStamp {
  readonly change: 'created' | 'updated' | 'unchanged' | 'pruned' | 'kept' | 'left';
  /** Of what is kept; else null. */
  readonly why: string | null;
}

export interface SetPlan {
  /** The wanted ones in their order, then those that the set no longer has. */
  readonly changes: readonly SetChange[];
  /** Wanted documents that another set holds. */
  readonly foreign: readonly (DocumentKey & { readonly set: string })[];
}

/** What applying a set as a whole does to each document. Those that a person applied are never pruned. */
export function planSet({ set, wanted, applied, prune, living }: SetCase): SetPlan {
  const present = new Map(applied.map((one) => [keyOf(one), one]));
  const inSet = new Set(wanted.map(keyOf));
  const absent = applied.filter((one) => one.member?.set === set && !inSet.has(keyOf(one)));
  const gone = new Set(absent.map(keyOf));
  const staying = [...wanted, ...applied.filter((one) => !inSet.has(keyOf(one)))].filter(
    (one) => !gone.has(keyOf(one)),
  );
  const kept = prune
    ? keptBy(absent, [...living, ...staying.map(holderOf)], [...present.values()])
    : null;
  const foreign = wanted.flatMap(({ kind, project, name, ...one }) => {
    const member = present.get(keyOf({ kind, project, name, ...one }))?.member ?? null;
    const isForeign = member !== null && member.set !== set && member.isPresent;
    return isForeign ? [{ kind, project, name, set: member.set }] : [];
  });
  const changes = [
    ...wanted.map((one) => changeOf(one, writtenChange(present.get(keyOf(one)), one), null)),
    ...absent.map((one) => {
      if (kept === null) return changeOf(one, 'left', null);
      const why = kept.get(keyOf(one)) ?? null;
      return changeOf(one, why === null ? 'pruned' : 'kept', why);
    }),
  ];
  return { changes, foreign };
}

function changeOf(
  { kind, project, name, revision }: DocumentStamp,
  change: SetChange['change'],
  why: string | null,
): SetChange {
  return { kind, project, name, revision, change, why };
}

function writtenChange(
  before: DocumentStamp | undefined,
  { revision }: DocumentStamp,
): SetChange['change'] {
  if (before === undefined) return 'created';
  return before.revision === revision ? 'unchanged' : 'updated';
}

function holderOf({ kind, name, names }: LinkedStamp): Holder {
  return { why: `${kind} ${name} names it; change that first`, names };
}

/** Why each of the candidates is kept, by its key: what is kept keeps in turn what it names. */
function keptBy(
  candidates: readonly LinkedStamp[],
  holders: readonly Holder[],
  all: readonly DocumentKey[],
): ReadonlyMap<string, string> {
  const known = new Set(all.map(keyOf));
  const kept = new Map<string, string>();
  for (let left = holders; left.length > 0;) {
    const next: Holder[] = [];
    for (const { why, names } of left) {
      const named = new Set(names.map((one) => keyOf(meant(one, known))));
      for (const candidate of candidates) {
        const key = keyOf(candidate);
        if (kept.has(key) || !named.has(key)) continue;
        kept.set(key, why);
        next.push(holderOf(candidate));
      }
    }
    left = next;
  }
  return kept;
}

/** The document of that name in the project of who names it, else the one that all projects share. */
function meant(named: DocumentKey, known: ReadonlySet<string>): DocumentKey {
  return known.has(keyOf(named)) ? named : { ...named, project: defaults.project };
}
