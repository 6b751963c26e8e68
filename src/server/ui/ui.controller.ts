import { Controller, Get, Redirect, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import { For } from '../auth/access.ts';
import { type UiFile, UiFiles } from './ui-files.ts';

/** Nothing but the server itself: no inline script, no foreign host, no frame around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the web UI. The pages hold no data: that comes from the API, to whoever is signed in. */
@Controller()
@For('anybody')
export class UiController {
  private readonly files: UiFiles;

  constructor(files: UiFiles) {
    this.files = files;
  }

  @Get()
  @Redirect('/ui/', 302)
  entrance(): void {}

  /** Deep links are addresses of the page, which finds out itself what to show. */
  @Get('ui{/*path}')
  serve(@Req() request: Request, @Res() response: Response): void {
    const file = this.files.find(request.path.replace(/^\/ui\/?/, ''));
    if (file === null) {
      throw new CrossfadeError('notFound', 'there is no such page; `npm run build` makes the UI');
    }
    const caching = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', caching);
    response.setHeader('ETag', file.etag);
    response.setHeader('Vary', 'Accept-Encoding');
    if (request.headers['if-none-match'] === file.etag) response.status(304).end();
    else send(file, request, response);
  }
}

function send(file: UiFile, request: Request, response: Response): void {
  const gzip = request.acceptsEncodings('gzip') === 'gzip';
  if (gzip) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Type', file.type);
  response.end(gzip ? file.gzipped : file.plain);
}
