import { existingName } from '../../scalars/existing-name.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const dropIndex = mapping({
  table: required(existingName, 'Table that the index belongs to.'),
  index: required(existingName, 'Name of the index.'),
});
