import { CrossfadeError } from '../../core/errors.ts';
import { placeOfLetter } from '../place-in-text.ts';
import type { TextFile } from '../read-files.ts';

/** @param letter code points before what PostgreSQL's grammar does not take */
export function notUnderstood(
  { name, text }: TextFile,
  letter: number,
  message: string,
): CrossfadeError {
  const faults = [{ file: name, ...placeOfLetter(text, letter), message }];
  return new CrossfadeError('invalidInput', 'PostgreSQL does not understand it', { faults });
}
