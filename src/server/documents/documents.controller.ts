import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Fault } from '../../core/errors.ts';
import { parseApply } from '../../language/apply-request.ts';
import { For, operator } from '../auth/access.ts';
import { actorOf } from '../auth/actor-of.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Limited } from '../limits/limited.ts';
import { type Applied, DocumentsService } from './documents.service.ts';

@Controller('api/v1/apply')
export class DocumentsController {
  private readonly documents: DocumentsService;

  constructor(documents: DocumentsService) {
    this.documents = documents;
  }

  @Post()
  @For(operator('somewhere'))
  @Limited('apply')
  @HttpCode(200)
  async apply(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ applied: readonly Applied[]; warnings: readonly Fault[] }> {
    return this.documents.apply(parseApply(body).files, {
      by: actorOf(request),
      roles: rolesOf(request),
    });
  }
}
