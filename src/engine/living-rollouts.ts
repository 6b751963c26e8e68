import type { Policy } from '../core/policy/policy.ts';
import type { Rollout } from '../core/rollout/rollout.ts';
import { type SchemaMigration, touchedTables } from '../core/schema-migration/schema-migration.ts';
import type { RolloutStore } from './ports/rollout-store.ts';

/** Rollouts of a target that change a table of the migration, and live or still have work to do there. */
export async function livingRollouts(
  rollouts: RolloutStore,
  target: string,
  migration: SchemaMigration,
): Promise<readonly { rollout: Rollout; policy: Policy }[]> {
  const tables = touchedTables(migration);
  const active = await rollouts.active(target);
  return active.filter(({ policy }) =>
    touchedTables(policy.schemaMigration).some((table) => tables.includes(table)),
  );
}
