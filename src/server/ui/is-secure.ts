import type { Request } from 'express';

/** TLS ends in front of the server, which says so. A lie only costs the liar the session. */
export function isSecure({ protocol, headers }: Request): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https';
}
