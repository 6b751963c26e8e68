import { CrossfadeError } from '../../core/errors.ts';
import { readSecret, type Environment } from './read-secret.ts';

/**
 * The address that a document asks for by `{ env: NAME }`.
 * @throws CrossfadeError `unavailable` when it is not there or no address; it is not repeated, since it may be a secret.
 */
export async function readAddress(
  { env }: { readonly env: string },
  environment: Environment,
  whose: string,
): Promise<string> {
  const url = await readSecret(env, environment, whose);
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url;
  throw new CrossfadeError(
    'unavailable',
    `${whose}: ${env} is no address such as http://prometheus:9090`,
  );
}
