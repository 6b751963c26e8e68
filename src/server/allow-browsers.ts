import type { NextFunction, Request, Response } from 'express';

/** A browser need not ask again for so long. Seconds. */
const PREFLIGHT_KEPT = 86_400;

/**
 * Lets pages of any origin call. What they may see depends on the token that they send, and never on
 * a cookie, so there is nothing that a foreign page could borrow.
 */
export function allowBrowsers(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'ETag, Retry-After');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  const headers = request.headers['access-control-request-headers'];
  response
    .setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
    .setHeader('Access-Control-Allow-Headers', headers ?? 'authorization, content-type')
    .setHeader('Access-Control-Max-Age', PREFLIGHT_KEPT)
    .status(204)
    .end();
}
