import { existingName } from '../../scalars/existing-name.ts';
import { identifier } from '../../scalars/identifier.ts';
import { required } from '../key.ts';
import { mapping } from '../mapping.ts';

export const renameTable = mapping({
  table: required(existingName, 'What the old version calls it.'),
  to: required(identifier, 'What the new version calls it.'),
});
