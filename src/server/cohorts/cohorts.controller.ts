import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { CohortView } from '../../core/protocol/cohort-view.ts';
import { Cohorts } from '../../engine/cohorts.ts';
import { parseCohort } from '../../language/cohort-request.ts';
import { For, operator } from '../auth/access.ts';
import { DocumentsService } from '../documents/documents.service.ts';

/** Whom policies would move; nothing is stored, and nothing starts. */
@Controller('api/v1/cohorts')
export class CohortsController {
  private readonly cohorts: Cohorts;
  private readonly documents: DocumentsService;

  constructor(cohorts: Cohorts, documents: DocumentsService) {
    this.cohorts = cohorts;
    this.documents = documents;
  }

  @Post()
  @For(operator('everywhere'))
  @HttpCode(200)
  async view(@Body() body: unknown): Promise<{ cohorts: readonly CohortView[] }> {
    const { files, target, list = null } = parseCohort(body);
    const cohorts: CohortView[] = [];
    for (const policy of await this.documents.policiesOf(files)) {
      const looked = target === undefined ? policy : { ...policy, target };
      cohorts.push(await this.cohorts.view(looked, list));
    }
    return { cohorts };
  }
}
