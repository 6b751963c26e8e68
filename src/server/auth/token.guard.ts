import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { type Audience, audienceKey } from './access.ts';

/** A request once the guard has let it in. */
export interface AuthenticatedRequest extends Request {
  bearer?: Bearer;
}

/** Deny by default: every route needs a token, and an admin's unless it says otherwise. */
@Injectable()
export class TokenGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly tokens: TokenStore;

  constructor(reflector: Reflector, tokens: TokenStore) {
    this.reflector = reflector;
    this.tokens = tokens;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const marks = [context.getHandler(), context.getClass()];
    const audience =
      this.reflector.getAllAndOverride<Audience | undefined>(audienceKey, marks) ?? 'admin';
    if (audience === 'anybody') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const bearer = await this.identify(request);
    if (bearer.scope !== 'admin' && bearer.scope !== audience) {
      throw new CrossfadeError('forbidden', `this call needs a token of scope ${audience}`);
    }
    request.bearer = bearer;
    return true;
  }

  private async identify(request: AuthenticatedRequest): Promise<Bearer> {
    // Unleash's clients send the bare token, everybody else sends a bearer.
    const token = (request.headers.authorization ?? '').replace(/^Bearer\s+/i, '');
    const bearer = token === '' ? null : await this.tokens.verify(token);
    if (bearer !== null) return bearer;
    const words = token === '' ? 'a token is needed: Authorization: Bearer …' : 'unknown token';
    throw new CrossfadeError('unauthenticated', words);
  }
}
