import { required } from '../kinds/key.ts';
import { mapping } from '../kinds/mapping.ts';
import { text } from './name.ts';

/** The point of no return by value. */
export const reversible = mapping(
  {
    while: required(
      text,
      'SQL condition on the new value alone. Past it a rollback would lose data: the rollout freezes.',
    ),
  },
  'expected the condition under which a rollback loses nothing, such as `{ while: id <= 2147483647 }`',
);
