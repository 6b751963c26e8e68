import { text } from './name.ts';

/** What names of types are made of: words, quoted names, dots, parentheses, brackets. */
const parts = /^[\p{L}\p{N}_$". ,()[\]]*$/u;

/** A PostgreSQL type as it is written, such as `numeric(10, 2)`; that there is such a one the target says. */
export const sqlType = text.refine((type) => parts.test(type), {
  error: 'expected the name of a PostgreSQL type, such as `numeric(10, 2)`',
});
