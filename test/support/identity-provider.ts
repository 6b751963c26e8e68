import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from '../../src/demo/processes/free-port.ts';

export const oidcClient = { id: 'crossfade', secret: 'a secret of the spec alone' };

/** A real provider of OpenID Connect, at which everybody signs in without a word. */
export interface IdentityProviderServer {
  readonly issuer: string;
  /** Who sits at the browser, and in which groups. */
  person: { readonly id: string; readonly groups: readonly string[] };
  /** Claims that ID tokens are signed anew with; null leaves them as they are. */
  forged: Readonly<Record<string, unknown>> | null;
  /** Whether that is done by a key that is not the provider's. */
  isStranger: boolean;
  close(): Promise<void>;
}

export async function startIdentityProvider(callback: string): Promise<IdentityProviderServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [jwk, strangers] = [newKey(), newKey()];
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: oidcClient.id,
        client_secret: oidcClient.secret,
        redirect_uris: [callback],
        post_logout_redirect_uris: [new URL('..', callback).href],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['of the spec alone'] },
    scopes: ['openid', 'email', 'groups'],
    claims: { openid: ['sub'], email: ['email'], groups: ['groups'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 60,
      IdToken: 60,
      Interaction: 60,
      Session: 60,
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, groups: [...server.person.groups] }),
    }),
    // Nobody is asked whether the application may know who he is.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email groups');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (context, next) => {
    await next();
    const body = context.body as { id_token?: string } | undefined;
    if (context.path !== '/token' || body?.id_token === undefined || server.forged === null) return;
    context.body = {
      ...body,
      id_token: signedAnew(body.id_token, server.forged, server.isStranger ? strangers : jwk),
    };
  });
  const answer = provider.callback();
  const http = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/') === true) {
      const login = { accountId: server.person.id };
      void provider.interactionFinished(request, response, { login });
    } else void answer(request, response);
  });
  const server: IdentityProviderServer = {
    issuer,
    person: { id: 'alice', groups: [] },
    forged: null,
    isStranger: false,
    close: () =>
      new Promise((closed) => {
        http.close(() => closed());
        http.closeAllConnections();
      }),
  };
  await new Promise<void>((listening) => http.listen(port, '127.0.0.1', listening));
  return server;
}

type Key = Readonly<Record<string, unknown>>;

function newKey(): Key {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'spec', alg: 'RS256', use: 'sig' };
}

/** The token with other claims in it, and a good signature by that key. */
function signedAnew(token: string, claims: Readonly<Record<string, unknown>>, jwk: Key): string {
  const [head = '', body = ''] = token.split('.');
  const said = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
  const changed = Buffer.from(JSON.stringify({ ...said, ...claims })).toString('base64url');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const signature = sign('RSA-SHA256', Buffer.from(`${head}.${changed}`), key);
  return `${head}.${changed}.${signature.toString('base64url')}`;
}
