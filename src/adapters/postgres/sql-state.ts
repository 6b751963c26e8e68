/** True when the driver reported this SQLSTATE, wrapped by TypeORM or not. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
