import { Controller, Get, Req } from '@nestjs/common';
import { holds } from '../../core/access/role.ts';
import type { DocumentSetView } from '../../core/protocol/document-set-view.ts';
import { DocumentSetViews } from '../../engine/document-set-views.ts';
import { For, operator } from '../auth/access.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';

/** The sets that documents are applied as, and the folders that are followed. */
@Controller('api/v1/document-sets')
export class DocumentSetsController {
  private readonly views: DocumentSetViews;

  constructor(views: DocumentSetViews) {
    this.views = views;
  }

  /** Of each its documents in the projects that whoever asks may apply to. */
  @Get()
  @For(operator('somewhere'))
  async list(
    @Req() request: AuthenticatedRequest,
  ): Promise<{ readonly sets: readonly DocumentSetView[] }> {
    const roles = rolesOf(request);
    return { sets: await this.views.list((project) => holds(roles, 'operator', project)) };
  }
}
