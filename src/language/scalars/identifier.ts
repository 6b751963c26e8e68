import { z } from 'zod';

/** A name inside a target database. Anything else would need quoting in every expression. */
export const identifier = z
  .string({ error: 'expected a lower-case SQL identifier such as `birthdate`' })
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, {
    error: 'expected a lower-case SQL identifier of at most 63 letters, digits and underscores',
  })
  .meta({ id: 'Identifier', description: 'A lower-case SQL identifier of at most 63 characters.' });
