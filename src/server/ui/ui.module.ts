import { Module } from '@nestjs/common';
import { resolve } from 'node:path';
import { OpenIdIdentityProvider } from '../../adapters/oidc/openid-identity-provider.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { TokenStore } from '../../engine/ports/token-store.ts';
import { Config } from '../config.ts';
import { readOptionalSecret } from '../providers/read-secret.ts';
import { OidcController } from './oidc.controller.ts';
import { PersonSessions, type SignIn } from './person-sessions.ts';
import { SessionController } from './session.controller.ts';
import { UiController } from './ui.controller.ts';
import { UiFiles } from './ui-files.ts';

/** Beside the server's own code in `dist`. */
const builtFolder = resolve(import.meta.dirname, '../../../ui');

const secretVariable = 'CROSSFADE_OIDC_CLIENT_SECRET';

function signInOf(config: Config): SignIn | null {
  if (config.oidc === undefined) return null;
  const { issuer, ...options } = config.oidc;
  const environment = (name: string): string | undefined => config.secret(name);
  const clientSecret = () => readOptionalSecret(secretVariable, environment, 'signing in');
  const provider = new OpenIdIdentityProvider({
    ...options,
    issuer: new URL(issuer),
    clientSecret,
  });
  return { ...options, provider };
}

/** The web UI and the sessions of those who look at it. */
@Module({
  // What answers a part of `/ui` by itself goes before what serves the rest.
  controllers: [SessionController, OidcController, UiController],
  providers: [
    { provide: UiFiles, useFactory: () => new UiFiles(builtFolder) },
    {
      provide: PersonSessions,
      useFactory: (config: Config, tokens: TokenStore, clock: Clock) =>
        new PersonSessions(signInOf(config), tokens, clock),
      inject: [Config, TokenStore, Clock],
    },
  ],
})
export class UiModule {}
