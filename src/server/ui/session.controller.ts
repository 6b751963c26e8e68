import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { SessionView } from '../../core/protocol/session-view.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { parseSignIn } from '../../language/sign-in-request.ts';
import { For, viewer } from '../auth/access.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { sessionCookie } from '../auth/session-cookie.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** How long a browser stays signed in, in seconds: a shift, and some more. */
const sessionSeconds = 12 * 3_600;

/** A token, shown once, becomes the session of a browser. */
@Controller()
export class SessionController {
  private readonly tokens: TokenStore;
  private readonly clock: Clock;
  private readonly doorkeeper: Doorkeeper;

  constructor(tokens: TokenStore, clock: Clock) {
    this.tokens = tokens;
    this.clock = clock;
    this.doorkeeper = new Doorkeeper(tokens);
  }

  @Post('ui/session')
  @HttpCode(200)
  @For('anybody')
  async signIn(
    @Body() body: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    const { token } = parseSignIn(body);
    const bearer = await this.doorkeeper.admit({ authorization: `Bearer ${token}` }, [
      'admin',
      'api',
    ]);
    const until = (await this.clock.now()) + sessionSeconds * 1_000;
    const ticket = this.tokens.ticket(bearer, until, 'session');
    response.setHeader('Set-Cookie', sessionCookie(ticket, sessionSeconds, isSecure(request)));
    return viewOf(bearer);
  }

  /** Takes nothing from anybody but the browser's own cookie. */
  @Delete('ui/session')
  @HttpCode(204)
  @For('anybody')
  signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    response.setHeader('Set-Cookie', sessionCookie('', 0, isSecure(request)));
  }

  @Get('api/v1/session')
  @For(viewer('somewhere'))
  session(@Req() { bearer }: AuthenticatedRequest): SessionView {
    return viewOf(bearer);
  }
}

function viewOf(bearer: Bearer | undefined): SessionView {
  return {
    token: bearer?.id ?? '',
    scope: bearer?.scope ?? '',
    roles: Object.fromEntries(bearer?.roles ?? []),
  };
}

/** TLS ends in front of the server, which says so. A lie only costs the liar the session. */
function isSecure({ protocol, headers }: Request): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https';
}
