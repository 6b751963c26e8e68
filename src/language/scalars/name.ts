import { z } from 'zod';

const message =
  'expected a name of at most 63 lower-case letters, digits, dashes and dots, such as `users-api`';

/** The name of a document, a project, a ring or a guard. */
export const name = z
  .string({ error: message })
  .regex(/^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$/, { error: message })
  .meta({ id: 'Name', description: 'At most 63 lower-case letters, digits, dashes and dots.' });

/** A flag's name: what Unleash takes in an address. */
export const flagName = z
  .string({ error: 'expected the name of a flag' })
  .regex(/^[A-Za-z0-9_.~-]{1,100}$/, {
    error: 'expected at most 100 letters, digits and `_.~-`, such as `users-birthdate`',
  });

/** Any text that is not empty, such as a unit's id. Numbers are put in quotes. */
export const text = z
  .string({ error: 'expected text; put it in quotes' })
  .min(1, { error: 'expected text that is not empty' })
  .max(4096, { error: 'expected at most 4096 characters' });

const unitMessage = 'expected an id without spaces around it, since flag systems drop them';

/** The id of a unit, as requests carry it. */
export const unitId = text.regex(/^\S(.*\S)?$/s, { error: unitMessage });
