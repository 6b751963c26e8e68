import { Controller, Get, Param, Req } from '@nestjs/common';
import { holds } from '../../core/access/role.ts';
import type { DocumentView, EffectivePolicy } from '../../core/protocol/document-view.ts';
import { For, operator, viewer } from '../auth/access.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { DocumentsService } from './documents.service.ts';

/** What is applied, and what comes of it. */
@Controller('api/v1')
export class AppliedController {
  private readonly documents: DocumentsService;

  constructor(documents: DocumentsService) {
    this.documents = documents;
  }

  /** The documents of the projects that whoever asks may apply to. */
  @Get('documents')
  @For(operator('somewhere'))
  async list(
    @Req() request: AuthenticatedRequest,
  ): Promise<{ readonly documents: readonly DocumentView[] }> {
    const roles = rolesOf(request);
    const all = await this.documents.list();
    return { documents: all.filter(({ project }) => holds(roles, 'operator', project)) };
  }

  @Get('policies/:name/effective')
  @For(viewer('policy'))
  async effective(@Param('name') name: string): Promise<EffectivePolicy> {
    return this.documents.effectiveValues(name);
  }
}
