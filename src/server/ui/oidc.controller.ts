import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { For } from '../auth/access.ts';
import { idTokenCookie, idTokenIn } from '../auth/id-token-cookie.ts';
import { attemptIn, signInCookie } from '../auth/sign-in-cookie.ts';
import { Config } from '../config.ts';
import { SignInPace } from '../limits/sign-in-pace.ts';
import { isSecure } from './is-secure.ts';
import { PersonSessions } from './person-sessions.ts';

/** What the page says to whom it did not let in. */
type Refusal = 'no-role' | 'failed' | 'unreachable' | 'too-many';

/** People sign in at their identity provider, and come back with a session. */
@Controller('ui/oidc')
@For('anybody')
export class OidcController {
  private readonly sessions: PersonSessions;
  private readonly config: Config;
  private readonly events: EventLog;
  private readonly pace: SignInPace;

  constructor(sessions: PersonSessions, config: Config, events: EventLog, pace: SignInPace) {
    this.sessions = sessions;
    this.config = config;
    this.events = events;
    this.pace = pace;
  }

  /** What the provider is called; null where there is none. */
  @Get('name')
  name(): { readonly name: string | null } {
    return { name: this.config.oidc?.name ?? null };
  }

  @Get()
  async begin(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    try {
      await this.pace.step(addressOf(request));
      const { url, attempt } = await this.sessions.begin();
      response.setHeader('Set-Cookie', signInCookie(attempt, isSecure(request)));
      response.redirect(303, url);
    } catch (fault) {
      this.refuse(response, fault);
    }
  }

  @Get('callback')
  async finish(@Req() request: Request, @Res() response: Response): Promise<void> {
    const secure = isSecure(request);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    // Whatever comes of it, the attempt is over.
    response.setHeader('Set-Cookie', signInCookie(null, secure));
    try {
      await this.pace.step(addressOf(request));
      const attempt = attemptIn(request.headers.cookie);
      if (attempt === null) {
        throw new CrossfadeError('unauthenticated', 'this browser has not begun to sign in');
      }
      const query = new URL(request.originalUrl, 'http://here').search;
      const cookies = await this.sessions.finish(query, attempt, secure);
      response.setHeader('Set-Cookie', [signInCookie(null, secure), ...cookies]);
      response.redirect(303, '/ui/');
    } catch (fault) {
      this.refuse(response, fault);
    }
  }

  /** Signs out at the provider, after the session here has ended. */
  @Get('sign-out')
  async leave(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Set-Cookie', idTokenCookie('', 0, isSecure(request)));
    try {
      response.redirect(303, await this.sessions.leave(idTokenIn(request.headers.cookie)));
    } catch (fault) {
      this.refuse(response, fault);
    }
  }

  /** Why goes to the log; the page says no more than a person can do something about. */
  private refuse(response: Response, fault: unknown): void {
    if (!(fault instanceof CrossfadeError) || fault.code === 'notFound') throw fault;
    // A flood shall not be one of the log as well.
    if (fault.code === 'limited') response.setHeader('Retry-After', comeAgainIn(fault));
    else this.events.write({ kind: 'fault', where: 'sign-in', error: fault.message });
    const reasons: Readonly<Partial<Record<string, Refusal>>> = {
      forbidden: 'no-role',
      unavailable: 'unreachable',
      limited: 'too-many',
    };
    response.redirect(303, `/ui/?sign-in=${reasons[fault.code] ?? 'failed'}`);
  }
}

function addressOf({ socket }: Request): string {
  return socket.remoteAddress ?? '';
}

/** Seconds. */
function comeAgainIn({ retryAfterMs }: CrossfadeError): number {
  return Math.ceil((retryAfterMs ?? 0) / 1_000);
}
