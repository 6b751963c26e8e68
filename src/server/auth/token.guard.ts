import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ProjectDirectory } from '../../engine/ports/project-directory.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { type Access, accessKey } from './access.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { permit } from './permit.ts';

/** A request once the guard has let it in. */
export interface AuthenticatedRequest extends Request {
  bearer?: Bearer;
}

/** Deny by default: a route that says nothing of who may call it is closed to everybody but admins. */
@Injectable()
export class TokenGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly doorkeeper: Doorkeeper;
  private readonly projects: ProjectDirectory;

  constructor(reflector: Reflector, tokens: TokenStore, projects: ProjectDirectory) {
    this.reflector = reflector;
    this.doorkeeper = new Doorkeeper(tokens);
    this.projects = projects;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const marks = [context.getHandler(), context.getClass()];
    const access =
      this.reflector.getAllAndOverride<readonly Access[] | undefined>(accessKey, marks) ?? [];
    if (access.includes('anybody')) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const bearer = await this.doorkeeper.identifyRequest(request);
    await permit(bearer, access, request, this.projects);
    request.bearer = bearer;
    return true;
  }
}
