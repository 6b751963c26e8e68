import { z } from 'zod';

import { documentSchema } from './document-schema.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const message = 'expected the name of an environment variable such as `USERS_DB_URL`';

/** A secret or address that is read from the server's environment, never from a policy file. */
export const fromEnvironment = mapping(
  {
    env: required(
      z.string({ error: message }).regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: message }),
      'Environment variable of the server that holds it.',
    ),
  },
  'expected `{ env: NAME }`, since credentials do not belong in a policy file',
);

/** A named database that a schema migration runs on. */
export const targetSchema = documentSchema(
  'Target',
  mapping({
    url: required(fromEnvironment, 'Connection string of the PostgreSQL database.'),
    protected: optional(
      z.boolean({ error: 'expected `true` or `false`' }),
      'True where nothing may run all phases at once, such as production.',
      false,
    ),
  }),
  'A named database that a schema migration runs on.',
);
