import { existingName } from '../../scalars/existing-name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropTable = mapping({
  table: required(existingName, 'Table that the new version does not know.'),
});
