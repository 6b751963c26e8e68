/** The clinics whose patients the users service keeps; each is a unit of the rollout. */
export const tenantCount = 200;

/** Rows before the first request. Enough that the backfill can be killed in the middle of its work. */
export const seededRows = 60_000;

/** The rollout, as named in `policy/rollout-policy.yaml`. */
export const rolloutName = 'users-birthdate';

/** `clinic-001` to `clinic-200`; `index` counts from 0. */
export function tenantName(index: number): string {
  return `clinic-${String(index + 1).padStart(3, '0')}`;
}

/** The id of a seeded row: `row` counts a tenant's rows from 0. Ids run from 1 to `seededRows`. */
export function seededId(tenantIndex: number, row: number): number {
  return row * tenantCount + tenantIndex + 1;
}

export const seededRowsPerTenant = Math.floor(seededRows / tenantCount);
