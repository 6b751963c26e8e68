import { z } from 'zod';

import { written } from './written.ts';

const rate = written(
  'a rate such as `1 in 100000`',
  /^1 in [1-9]\d{0,8}$/,
  (text) => 1 / Number(text.slice('1 in '.length)),
);

/** `0` or `1 in 100000`: the highest tolerated part of comparisons that differ. */
export const mismatchBound = z.union([z.literal(0, { error: 'expected `0`' }), rate]).meta({
  id: 'MismatchBound',
  description: '0: any confirmed mismatch is harm. `1 in N`: the highest tolerated rate.',
});
