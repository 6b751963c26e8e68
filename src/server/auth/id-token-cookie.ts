const cookieName = 'crossfade_id_token';

/** Only the way to signing out at the identity provider sees it, and no other site can make the browser send it. */
const cookiePath = '/ui/oidc';

/** What browsers keep of one cookie, its name and flags among it. */
const longestToken = 3_800;

/**
 * The value of `Set-Cookie` that keeps an ID token with the browser that it is about, for the provider to know whom to
 * sign out; it opens nothing here. An empty one takes it away; so does one that no browser would keep.
 */
export function idTokenCookie(token: string, seconds: number, secure: boolean): string {
  const kept = token.length > longestToken ? '' : token;
  const flags = `HttpOnly; SameSite=Strict; Path=${cookiePath}; Max-Age=${kept === '' ? 0 : seconds}`;
  return `${cookieName}=${kept}; ${flags}${secure ? '; Secure' : ''}`;
}

/** The ID token that the browser kept; empty when there is none. */
export function idTokenIn(cookies: string | undefined): string {
  const pair = (cookies ?? '').split(/; */).find((one) => one.startsWith(`${cookieName}=`));
  return pair?.slice(cookieName.length + 1) ?? '';
}
