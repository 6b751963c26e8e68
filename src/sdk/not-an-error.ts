/** Fields and methods by which HTTP frameworks give an error its status. */
interface WithStatus {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly getStatus?: unknown;
}

/**
 * The default of `notAnError`: an error with an HTTP status from 400 to 499 is an answer ("no such
 * user"), not harm done by the side that gave it; and so is what TypeORM's `findOneOrFail` throws.
 */
export function isClientError(error: unknown): boolean {
  if (error instanceof Error && error.name === 'EntityNotFoundError') return true;
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500;
}

/** The HTTP status that an error carries, if it carries one. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, statusCode, getStatus }: WithStatus = error;
  if (typeof status === 'number') return status;
  if (typeof statusCode === 'number') return statusCode;
  if (typeof getStatus !== 'function') return undefined;
  const answer: unknown = Reflect.apply(getStatus, error, []);
  return typeof answer === 'number' ? answer : undefined;
}
