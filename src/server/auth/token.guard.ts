import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { CrossfadeError } from '../../core/errors.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { type Access, accessKey } from './access.ts';

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
    const access = this.reflector.getAllAndOverride<readonly Access[] | undefined>(
      accessKey,
      marks,
    ) ?? ['admin'];
    if (access.includes('anybody')) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const bearer = await this.identify(request);
    if (bearer.scope !== 'admin' && !access.includes(bearer.scope)) {
      throw new CrossfadeError(
        'forbidden',
        `this call needs a token of scope ${access.join(' or ')}, not ${bearer.scope}`,
      );
    }
    request.bearer = bearer;
    return true;
  }

  private async identify(request: AuthenticatedRequest): Promise<Bearer> {
    const token = presentedToken(request);
    const bearer = token === '' ? null : await this.verify(token);
    if (bearer !== null) return bearer;
    const words = token === '' ? 'a token is needed: Authorization: Bearer …' : 'unknown token';
    throw new CrossfadeError('unauthenticated', words);
  }

  /** A check that could not be made says nothing about the token: clients would give up for good. */
  private async verify(token: string): Promise<Bearer | null> {
    try {
      return await this.tokens.verify(token);
    } catch (cause) {
      throw new CrossfadeError('unavailable', 'tokens cannot be checked just now; try again', {
        cause,
      });
    }
  }
}

/** Unleash's clients send the bare token, OFREP's may send it as a key, everybody else a bearer. */
function presentedToken({ headers }: AuthenticatedRequest): string {
  const bearer = (headers.authorization ?? '').replace(/^Bearer\s+/i, '').trim();
  if (bearer !== '') return bearer;
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key.trim() : '';
}
