import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Fault } from '../../core/errors.ts';
import { parseApply } from '../../language/apply-request.ts';
import { actorOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { type Applied, DocumentsService } from './documents.service.ts';

@Controller('api/v1/apply')
export class DocumentsController {
  private readonly documents: DocumentsService;

  constructor(documents: DocumentsService) {
    this.documents = documents;
  }

  @Post()
  @HttpCode(200)
  async apply(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ applied: readonly Applied[]; warnings: readonly Fault[] }> {
    return this.documents.apply(parseApply(body).files, actorOf(request));
  }
}
