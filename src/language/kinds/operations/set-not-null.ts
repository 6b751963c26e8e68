import { existingName } from '../../scalars/existing-name.ts';
import { text } from '../../scalars/name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const setNotNull = mapping({
  table: required(existingName, 'Table that the column belongs to.'),
  column: required(existingName, 'Column in which the new version never meets NULL.'),
  up: required(text, "SQL expression that is never NULL, such as `coalesce(phone, '')`."),
});
