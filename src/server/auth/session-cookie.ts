import type { IncomingHttpHeaders } from 'node:http';
import { CrossfadeError } from '../../core/errors.ts';

/** A browser's session: no script can read it, no other site can make the browser send it. */
const cookieName = 'crossfade_session';

/** Only what people call takes a session; agents and flag clients have tokens. */
const cookiePath = '/api/v1';

/** A page of another origin cannot send it without asking first, and is never allowed to. */
export const uiHeader = 'x-crossfade-ui';

/** What is asked, and whether a browser presents its session with it. */
export interface SessionRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * The ticket that a browser presents; empty when there is none. Throws `forbidden` for a change that
 * another site may have made the browser ask for: SameSite alone does not keep a sibling host out.
 */
export function sessionIn({ method, path, headers }: SessionRequest): string {
  if (!path.startsWith(`${cookiePath}/`)) return '';
  const ticket = cookieIn(headers.cookie ?? '');
  if (ticket === '' || method === 'GET' || method === 'HEAD') return ticket;
  const site = headers['sec-fetch-site'];
  if (headers[uiHeader] !== undefined && (site === undefined || site === 'same-origin')) {
    return ticket;
  }
  throw new CrossfadeError('forbidden', `a session changes something only with ${uiHeader}: 1`);
}

/** The value of `Set-Cookie`; an empty ticket takes the session away. */
export function sessionCookie(ticket: string, seconds: number, secure: boolean): string {
  const life = ticket === '' ? 0 : seconds;
  const flags = `HttpOnly; SameSite=Strict; Path=${cookiePath}; Max-Age=${life}`;
  return `${cookieName}=${ticket}; ${flags}${secure ? '; Secure' : ''}`;
}

function cookieIn(header: string): string {
  const pair = header.split(/; */).find((one) => one.startsWith(`${cookieName}=`));
  return pair?.slice(cookieName.length + 1) ?? '';
}
