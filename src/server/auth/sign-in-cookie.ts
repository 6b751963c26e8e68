import type { SignInAttempt } from '../../engine/ports/identity-provider.ts';

const cookieName = 'crossfade_sign_in';

/** Only the way back from the identity provider sees it. */
const cookiePath = '/ui/oidc';

/** How long a person may take over signing in. */
const seconds = 600;

/**
 * The value of `Set-Cookie` that binds an attempt to the browser; null ends it. The provider leads the browser back
 * here, which is another site's doing: `Strict` would hold the cookie back.
 */
export function signInCookie(attempt: SignInAttempt | null, secure: boolean): string {
  const value = attempt === null ? '' : Buffer.from(JSON.stringify(attempt)).toString('base64url');
  const life = attempt === null ? 0 : seconds;
  const flags = `HttpOnly; SameSite=Lax; Path=${cookiePath}; Max-Age=${life}`;
  return `${cookieName}=${value}; ${flags}${secure ? '; Secure' : ''}`;
}

/** The attempt that the browser is in; null where there is none. */
export function attemptIn(cookies: string | undefined): SignInAttempt | null {
  const pair = (cookies ?? '').split(/; */).find((one) => one.startsWith(`${cookieName}=`));
  if (pair === undefined) return null;
  try {
    const text = Buffer.from(pair.slice(cookieName.length + 1), 'base64url').toString('utf8');
    const { state, nonce, verifier } = JSON.parse(text) as Record<string, unknown>;
    const isWhole = [state, nonce, verifier].every((one) => typeof one === 'string' && one !== '');
    return isWhole ? ({ state, nonce, verifier } as SignInAttempt) : null;
  } catch {
    return null;
  }
}
