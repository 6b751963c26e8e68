import { z } from 'zod';

import { documentSchema } from './document-schema.ts';
import { optional, required } from './key.ts';
import { mapping } from './mapping.ts';

const message = 'expected the name of an environment variable such as `USERS_DB_URL`';

/** What the server itself is set up by: whoever may write a document shall not have it sent anywhere, nor work on it. */
const ofTheServer = /^(CROSSFADE_|DATABASE_URL(_FILE)?$)/i;

const variable = z
  .string({ error: message })
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: message })
  .refine((name) => !ofTheServer.test(name), {
    error: 'is of the server itself, which no document may name; give this a variable of its own',
  });

/** A secret or address that is read from the server's environment, never from a policy file. */
export const fromEnvironment = mapping(
  {
    env: required(variable, 'Environment variable of the server that holds it.'),
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
