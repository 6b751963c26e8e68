import { existingName } from '../../scalars/existing-name.ts';
import { text } from '../../scalars/name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropNotNull = mapping({
  table: required(existingName, 'Table that the column belongs to.'),
  column: required(existingName, 'Column that the new version may leave NULL.'),
  down: required(text, "What the old version reads then, such as `coalesce(phone, 'unknown')`."),
});
