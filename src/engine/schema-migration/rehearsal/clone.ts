import { CrossfadeError } from '../../../core/errors.ts';
import { TargetSqlError } from '../../ports/target-database.ts';
import type { AskedRehearsal, KeptRehearsal, Rehearsals } from './rehearsals.ts';

/** Opens another target by its name, to rehearse there. @throws CrossfadeError */
export type OpenOther = (name: string) => Promise<Pick<Rehearsals, 'advance'>>;

/** Where a target stands alone. */
export const noOthers: OpenOther = (name) =>
  Promise.reject(new CrossfadeError('notFound', `no target ${name}`));

/** A clone on which nothing could be tried; the rollout's own target is not to blame. */
export class CloneFault extends Error {
  constructor(clone: string, fault: CrossfadeError | TargetSqlError) {
    const isReadOnly = fault instanceof TargetSqlError && fault.sqlState === '25006';
    const words = isReadOnly
      ? 'it is read-only: name a restored dump, or a replica that has been promoted'
      : fault.message;
    super(`nothing can be tried on the clone ${clone}: ${words}`, { cause: fault });
    this.name = 'CloneFault';
  }
}

/**
 * Rehearses on a clone, with more rows than among others. What was found says where.
 * @returns null while it goes on
 * @throws CloneFault
 */
export async function rehearseOnClone(
  { open, clone }: { readonly open: OpenOther; readonly clone: string },
  asked: AskedRehearsal,
  budgetMs: number,
): Promise<KeptRehearsal | null> {
  try {
    const kept = await (await open(clone)).advance({ ...asked, isThorough: true }, budgetMs);
    if (kept === null) return null;
    const notes = [`tried on the clone ${clone}, not on the target itself`, ...kept.report.notes];
    return { ...kept, report: { ...kept.report, notes } };
  } catch (fault) {
    const isFault = fault instanceof CrossfadeError || fault instanceof TargetSqlError;
    throw isFault ? new CloneFault(clone, fault) : fault;
  }
}
