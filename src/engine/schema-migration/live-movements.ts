import { CrossfadeError } from '../../core/errors.ts';
import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { type Movement, movementOfUnit } from '../../core/schema-migration/movement.ts';
import { resolveMovements } from '../../core/schema-migration/resolve-migration.ts';
import type { ClaimedJob } from './job-store.ts';

/** What is kept in step right now; what has been contracted needs no more work. */
export function liveMovements(job: ClaimedJob, catalog: Catalog): readonly Movement[] {
  const movements = resolveMovements(job.migration, catalog);
  const missing = movements.find(({ state }) => state === 'absent' || state === 'taken');
  if (missing !== undefined) {
    throw new CrossfadeError(
      'refused',
      `${missing.place} has not been expanded; run expand before ${job.kind}.`,
    );
  }
  const live = movements.filter(({ state }) => state === 'live');
  const { unit } = job;
  return unit === null ? live : live.flatMap((one) => movementOfUnit(one, unit));
}
