import { z } from 'zod';

import { nameFault } from '../../core/schema-migration/identifier.ts';

const expected = 'expected a name as the database has it, such as `createdAt`';
const plain = /^[^\0]{1,63}$/;

/** The name of something in a target database, in its own letters: large ones and small ones are told apart. */
export const sqlName = z
  .string({ error: expected })
  .regex(plain, { error: `${expected}, of 1 to 63 bytes` })
  .superRefine((name, context) => {
    const message = plain.test(name) ? faultOf(name) : null;
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .meta({
    id: 'SqlName',
    description:
      'A name in the letters that the catalog has, large ones and small ones told apart, of 1 to 63 bytes and without quotes: ' +
      '`"tenantId"` of SQL is `tenantId` here. A dot is a letter like any other: no schema stands before a name.',
  });

/** A quote is SQL's own or an attack: nobody's table has one in its name. */
function faultOf(name: string): string | null {
  const inner = /^"([^"]+)"$/.exec(name)?.[1];
  if (inner !== undefined) return `write the name without its quotes: \`${inner}\``;
  if (name.includes('"')) return `${expected}, without quotes`;
  const fault = nameFault(name);
  return fault === null ? null : `${expected}; this one ${fault}`;
}
