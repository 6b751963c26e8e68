import { Controller, Get, Param, Req } from '@nestjs/common';
import { holds } from '../../core/access/role.ts';
import type { DocumentKey } from '../../core/documents/document-key.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { CheckedDocument, DocumentRevision } from '../../core/protocol/document-view.ts';
import { DocumentHistory } from '../../engine/ports/document-history.ts';
import { For, operator } from '../auth/access.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { DocumentsService } from './documents.service.ts';

/** More revisions than this are in whatever the files are kept in. */
const revisionsShown = 20;

/** One document through its revisions, and what is wrong with it as things are. */
@Controller('api/v1/documents/:kind/:project/:name')
export class RevisionsController {
  private readonly history: DocumentHistory;
  private readonly documents: DocumentsService;

  constructor(history: DocumentHistory, documents: DocumentsService) {
    this.history = history;
    this.documents = documents;
  }

  @Get('revisions')
  @For(operator('somewhere'))
  async revisions(
    @Param() key: DocumentKey,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ readonly revisions: readonly DocumentRevision[] }> {
    refuseStranger(key, request);
    const { kind, project, name } = key;
    return { revisions: await this.history.revisions({ kind, project, name }, revisionsShown) };
  }

  /** What applied once may be wrong later, when what it stands on has changed. */
  @Get('check')
  @For(operator('somewhere'))
  async check(
    @Param() key: DocumentKey,
    @Req() request: AuthenticatedRequest,
  ): Promise<CheckedDocument> {
    refuseStranger(key, request);
    return this.documents.recheck(key);
  }
}

/** As though it were not there: whoever may not see a project is not told what is in it. */
function refuseStranger({ kind, project, name }: DocumentKey, request: AuthenticatedRequest): void {
  if (holds(rolesOf(request), 'operator', project)) return;
  throw new CrossfadeError('notFound', `there is no ${kind} ${name} in the project ${project}`);
}
