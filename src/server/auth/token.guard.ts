import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { type Access, accessKey } from './access.ts';
import { Doorkeeper, presentedToken } from './doorkeeper.ts';
import { sessionIn } from './session-cookie.ts';

/** A request once the guard has let it in. */
export interface AuthenticatedRequest extends Request {
  bearer?: Bearer;
}

/** Deny by default: every route needs a token, and an admin's unless it says otherwise. */
@Injectable()
export class TokenGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly doorkeeper: Doorkeeper;

  constructor(reflector: Reflector, tokens: TokenStore) {
    this.reflector = reflector;
    this.doorkeeper = new Doorkeeper(tokens);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const marks = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<readonly Access[] | undefined>(
      accessKey,
      marks,
    ) ?? ['admin'];
    if (access.includes('anybody')) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const session = presentedToken(request.headers) === '' ? sessionIn(request) : '';
    request.bearer = await (session === ''
      ? this.doorkeeper.admit(request.headers, access)
      : this.doorkeeper.admitSession(session, access));
    return true;
  }
}
