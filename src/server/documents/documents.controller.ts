import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { AppliedDocument, AppliedDocuments } from '../../core/protocol/applied-documents.ts';
import { parseApply } from '../../language/apply-request.ts';
import { For, operator } from '../auth/access.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Limited } from '../limits/limited.ts';
import { DocumentSetsService } from './document-sets.service.ts';
import { DocumentsService } from './documents.service.ts';

@Controller('api/v1/apply')
export class DocumentsController {
  private readonly documents: DocumentsService;
  private readonly sets: DocumentSetsService;

  constructor(documents: DocumentsService, sets: DocumentSetsService) {
    this.documents = documents;
    this.sets = sets;
  }

  @Post()
  @For(operator('somewhere'))
  @Limited('apply')
  @HttpCode(200)
  async apply(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<AppliedDocuments> {
    const { files, dryRun, set: wanted } = parseApply(body);
    const applicant = { by: callerNameOf(request), roles: rolesOf(request) };
    if (wanted === null) {
      const answer = await this.documents.apply(files, applicant, dryRun);
      const over = await this.sets.over(answer.applied);
      const living = await this.livingOf(answer.applied, dryRun);
      return { ...answer, ...(over.length === 0 ? {} : { over }), ...living };
    }
    const { set, warnings } = await this.sets.apply(
      files,
      { ...wanted, dryRun, turn: null },
      applicant,
    );
    const { changes, ...said } = set;
    const living = await this.livingOf(changes, dryRun);
    return { applied: changes, warnings, set: said, ...living };
  }

  private async livingOf(
    applied: readonly AppliedDocument[],
    dryRun: boolean,
  ): Promise<Pick<AppliedDocuments, 'living'>> {
    const living = dryRun ? [] : await this.sets.livingOf(applied);
    return living.length === 0 ? {} : { living };
  }
}
