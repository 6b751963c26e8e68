import { z } from 'zod';

/** A name that a target database has given already, whatever characters it holds. */
export const existingName = z
  .string({ error: 'expected the name of something in the database, such as `createdAt`' })
  .regex(/^[^\0]{1,63}$/, { error: 'expected a name of 1 to 63 characters' })
  .meta({ id: 'ExistingName', description: 'A name as the database has it, without quotes.' });
