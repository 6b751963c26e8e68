/**
 * What the state database says, or the way to it, where it is away for a while: connections that fail, shutdown and
 * start, no room for one more, a database that lets nobody in, and one that only reads, as after a failover.
 * Source: PostgreSQL's error codes, appendix A.
 */
const outages = /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|08|53|57P|55000|25006)/;

/** Whether a fault is over once the state database is there again, so that to come again helps. */
export function isOutage(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && outages.test(code);
}
