/** The same tenants for every contender. */
export const tenants: readonly string[] = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`);

/** Name of the n-th migration, or flag. */
export function nameOf(n: number): string {
  return n === 0 ? 'users-birthdate' : `migration-${n}`;
}
