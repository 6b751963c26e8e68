import { z } from 'zod';

import { documentSchema } from './document-schema.ts';
import { optional, required } from './key.ts';

const message = 'expected the name of an environment variable such as `USERS_DB_URL`';

/** A secret or address that is read from the server's environment, never from a policy file. */
export const fromEnvironment = z.strictObject(
  {
    env: required(
      z.string({ error: message }).regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: message }),
      'Environment variable of the server that holds it.',
    ),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'expected `{ env: NAME }`, since credentials do not belong in a policy file'
        : undefined,
  },
);

/** A named database that a schema migration runs on. */
export const targetSchema = documentSchema(
  'Target',
  z.strictObject({
    url: required(fromEnvironment, 'Connection string of the PostgreSQL database.'),
    protected: optional(
      z.boolean({ error: 'expected `true` or `false`' }),
      'True where nothing may run all phases at once, such as production.',
      false,
    ),
  }),
  'A named database that a schema migration runs on.',
);
