import { readFile } from 'node:fs/promises';
import { CrossfadeError } from '../../core/errors.ts';

/** Reads a variable of the server's environment. */
export type Environment = (name: string) => string | undefined;

/**
 * What a document asks for by `{ env: NAME }`: the variable itself, or the content of the file that
 * `NAME_FILE` names, read anew each time so that it can be rotated. A document names no path, so
 * nobody who may apply one can have a file of his choice sent away.
 * @throws CrossfadeError `unavailable` when neither is there.
 */
export async function readSecret(
  name: string,
  environment: Environment,
  whose: string,
): Promise<string> {
  const value = environment(name);
  if (value !== undefined && value !== '') return value;
  const file = environment(`${name}_FILE`);
  if (file === undefined || file === '') {
    const words = `${whose} needs ${name}, which is not set where the server runs (nor is ${name}_FILE)`;
    throw new CrossfadeError('unavailable', words);
  }
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const words = `${whose} needs the file that ${name}_FILE names, which cannot be read`;
    throw new CrossfadeError('unavailable', words, { cause });
  }
}

/** The same; undefined where neither is set. */
export async function readOptionalSecret(
  name: string,
  environment: Environment,
  whose: string,
): Promise<string | undefined> {
  const isSet = [name, `${name}_FILE`].some((one) => (environment(one) ?? '') !== '');
  return isSet ? readSecret(name, environment, whose) : undefined;
}
