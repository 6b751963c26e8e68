import type { Finding } from '../../../core/schema-migration/preflight/finding.ts';
import {
  brokenWords,
  endedWords,
  KEEPS_BOTH,
  triedWords,
} from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import type { OldStatement } from '../../../core/schema-migration/trace/old-statements.ts';
import type { TargetDatabase } from '../../ports/target-database.ts';
import { isLockConflict } from '../locking.ts';
import { trialTag } from './trial-tag.ts';
import { type TriedStatements, tryStatements, whyUntried } from './try-statements.ts';

/** What a plan says of the statements that services list. */
export interface ForeseenStatements {
  /** What became of them, in words; absent where none list any, or the new shape is there already. */
  readonly tried?: string;
  /** What expand would break. */
  readonly findings: readonly Finding[];
}

/** Nobody who only wants a plan makes copies in a database whose services list nothing. */
export async function foreseeStatements(
  database: TargetDatabase,
  migration: SchemaMigration,
  listed: readonly OldStatement[],
): Promise<ForeseenStatements> {
  if (listed.length === 0) return { findings: [] };
  try {
    return judged(await tryStatements(database, migration, { listed, tag: trialTag() }));
  } catch (fault) {
    if (isLockConflict(fault)) throw fault;
    const tried = whyUntried(fault);
    return { findings: [], ...(tried === null ? {} : { tried }) };
  }
}

function judged({ given, known, broken }: TriedStatements): ForeseenStatements {
  const [refused, ended] = (['expand', 'contract'] as const).map((part) =>
    broken.filter(({ after }) => after === part),
  );
  const findings = (refused ?? []).map((one): Finding => {
    const about = { code: 'statements', severity: 'blocks', table: null } as const;
    return { ...about, message: brokenWords(one), remedy: KEEPS_BOTH };
  });
  const more = ended === undefined || ended.length === 0 ? '' : `; ${endedWords(ended)}`;
  return { tried: `${triedWords(known, given)}${more}`, findings };
}
