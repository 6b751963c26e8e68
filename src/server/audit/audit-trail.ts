import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { AuditLog } from '../../engine/ports/audit-log.ts';
import { type Access, accessKey } from '../auth/access.ts';
import { actorOf, callerNameOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

const looking = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Writes down, before it happens, whatever people ask for that may change something: who, what, from
 * where. What it came to stands in the rows that the act itself writes.
 */
@Injectable()
export class AuditTrail implements NestInterceptor {
  private readonly reflector: Reflector;
  private readonly log: AuditLog;

  constructor(reflector: Reflector, log: AuditLog) {
    this.reflector = reflector;
    this.log = log;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const { bearer, method, path, socket } = request;
    const isPerson = bearer !== undefined && bearer.roles.size > 0;
    if (isPerson && !looking.includes(method) && this.#mayChange(context)) {
      await this.log.append({
        actor: actorOf(request),
        action: 'ask',
        subject: `${method} ${path}`.slice(0, 500),
        detail: {
          from: socket.remoteAddress ?? null,
          token: bearer.id,
          as: callerNameOf(request),
        },
      });
    }
    return next.handle();
  }

  /** What a viewer may do changes nothing; what machines report is not a person's act. */
  #mayChange(context: ExecutionContext): boolean {
    const marks = [context.getHandler(), context.getClass()];
    const access =
      this.reflector.getAllAndOverride<readonly Access[] | undefined>(accessKey, marks) ?? [];
    return access.some((rule) => typeof rule !== 'string' && rule.role !== 'viewer');
  }
}
