/** However short a lock is meant to be: who holds it for longer keeps the application waiting. */
const STATEMENT_MS = 1_000;

/** From here on no statement of the transaction may take longer. */
export const limitTime = `SET LOCAL statement_timeout = ${STATEMENT_MS}`;

export const unlimitTime = 'SET LOCAL statement_timeout TO DEFAULT';

/** What a statement that took too long is told. */
export const tookTooLong =
  `A statement of the operation \`sql\` took longer than ${STATEMENT_MS / 1_000} s and would have kept the ` +
  'application waiting; nothing of it is left. Run it outside of the migration, or in smaller parts.';
