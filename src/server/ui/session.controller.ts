import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import type { SessionView } from '../../core/protocol/session-view.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { parseSignIn } from '../../language/sign-in-request.ts';
import { For, viewer } from '../auth/access.ts';
import { Doorkeeper } from '../auth/doorkeeper.ts';
import { sessionCookie } from '../auth/session-cookie.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { FailedSignIns } from '../limits/failed-sign-ins.ts';
import { isSecure } from './is-secure.ts';
import { PersonSessions } from './person-sessions.ts';
import { sessionSeconds } from './session-length.ts';

/** A token, shown once, becomes the session of a browser. */
@Controller()
export class SessionController {
  private readonly tokens: TokenStore;
  private readonly clock: Clock;
  private readonly doorkeeper: Doorkeeper;
  private readonly sessions: PersonSessions;

  private readonly failures: FailedSignIns;

  constructor(tokens: TokenStore, clock: Clock, sessions: PersonSessions, failures: FailedSignIns) {
    this.failures = failures;
    this.sessions = sessions;
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
    const bearer = await this.admit(token, request.socket.remoteAddress ?? '');
    const until = (await this.clock.now()) + sessionSeconds * 1_000;
    const ticket = this.tokens.ticket(bearer, until, 'session');
    response.setHeader('Set-Cookie', sessionCookie(ticket, sessionSeconds, isSecure(request)));
    return viewOf(bearer);
  }

  private async admit(token: string, address: string): Promise<Bearer> {
    try {
      return await this.doorkeeper.admit({ authorization: `Bearer ${token}` }, ['admin', 'api']);
    } catch (fault) {
      const isWrong = fault instanceof CrossfadeError && fault.code === 'unauthenticated';
      if (isWrong) await this.failures.count(address, accountOf(token));
      throw fault;
    }
  }

  /** Takes nothing from anybody but the browser's own cookie. */
  @Delete('ui/session')
  @HttpCode(204)
  @For('anybody')
  signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    response.setHeader('Set-Cookie', sessionCookie('', 0, isSecure(request)));
  }

  /** The same, and where the session is that of a person who signed in, its token is good for nothing any more. */
  @Delete('api/v1/session')
  @HttpCode(204)
  @For(viewer('somewhere'))
  async end(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.sessions.end(request.bearer?.id ?? '');
    response.setHeader('Set-Cookie', sessionCookie('', 0, isSecure(request)));
  }

  @Get('api/v1/session')
  @For(viewer('somewhere'))
  session(@Req() { bearer }: AuthenticatedRequest): SessionView {
    return viewOf(bearer);
  }
}

/** What a token says of itself, which its bearer may have made up: `crossfade_SCOPE_ID`. */
function accountOf(token: string): string {
  return token.split('_').slice(0, 3).join('_');
}

function viewOf(bearer: Bearer | undefined): SessionView {
  return {
    token: bearer?.id ?? '',
    name: bearer?.name ?? '',
    signedIn: (bearer?.person ?? null) !== null,
    scope: bearer?.scope ?? '',
    roles: Object.fromEntries(bearer?.roles ?? []),
  };
}
