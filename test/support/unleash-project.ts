import { UnleashFlagProvider } from '../../src/adapters/unleash/unleash-flag-provider.ts';
import type { UnleashServer } from './unleash-server.ts';

/** Path of the flags of the project that specs use, below `/api/admin/`. */
export const features = 'projects/default/features';

export function environmentOf(flag: string): string {
  return `${features}/${flag}/environments/development`;
}

/** The adapter as the holder of `token` uses it; `url` when something stands in between. */
export function providerOn(
  server: UnleashServer,
  token: string,
  url = server.url,
): UnleashFlagProvider {
  return new UnleashFlagProvider({ url, token, project: 'default', environment: 'development' });
}
