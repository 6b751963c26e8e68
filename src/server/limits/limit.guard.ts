import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { CallKind } from '../../core/limits/limits.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { Limiter } from '../../engine/limiter.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { type Counted, countedKey } from './limited.ts';

/** Slows down a token that asks too much. Routes that ask for no token by the guard before are not counted. */
@Injectable()
export class LimitGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly limiter: Limiter;

  constructor(reflector: Reflector, limiter: Limiter) {
    this.reflector = reflector;
    this.limiter = limiter;
  }

  /**
   * Throws `limited` for people and their programs; for machines that report `unavailable`, which they survive
   * where some give up for good after 429.
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { bearer, method, body } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (bearer === undefined) return true;
    const isPerson = bearer.roles.size > 0;
    const kind = isPerson ? this.kindOf(context, method, body) : 'report';
    const retryAfterMs = kind === null ? 0 : await this.limiter.wait(bearer.id, kind);
    if (retryAfterMs === 0) return true;
    const words = `this token asks too often; come again in ${Math.ceil(retryAfterMs / 1_000)} s`;
    throw new CrossfadeError(isPerson ? 'limited' : 'unavailable', words, { retryAfterMs });
  }

  /** Null for what is not counted. */
  private kindOf(context: ExecutionContext, method: string, body: unknown): CallKind | null {
    const marks = [context.getHandler(), context.getClass()];
    const mark = this.reflector.getAllAndOverride<Counted | undefined>(countedKey, marks);
    if (mark?.unless?.(body) === true) return null;
    return mark?.as ?? (method === 'GET' || method === 'HEAD' ? 'look' : 'change');
  }
}
