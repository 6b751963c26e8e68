import { z } from 'zod';

/** A name that people write where no quotes would be: a version's schema stands in search paths and addresses. */
export const identifier = z
  .string({ error: 'expected a lower-case SQL identifier such as `birthdate`' })
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, {
    error: 'expected a lower-case SQL identifier of at most 63 letters, digits and underscores',
  })
  .meta({ id: 'Identifier', description: 'A lower-case SQL identifier of at most 63 characters.' });
