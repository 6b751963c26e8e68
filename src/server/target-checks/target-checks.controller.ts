import { Controller, Get, Param, Query } from '@nestjs/common';
import { asksForUnits } from '../../core/policy/freeze-units.ts';
import type { GrantsView, TargetCheckView } from '../../core/protocol/target-view.ts';
import { TargetInspection } from '../../engine/target-inspection.ts';
import { parseRole } from '../../language/role-request.ts';
import { DocumentsService } from '../documents/documents.service.ts';

/** What people ask of a target before they start anything there. */
@Controller('api/v1/targets/:name')
export class TargetChecksController {
  private readonly documents: DocumentsService;
  private readonly inspection: TargetInspection;

  constructor(documents: DocumentsService, inspection: TargetInspection) {
    this.documents = documents;
    this.inspection = inspection;
  }

  @Get('grants')
  async grants(@Param('name') name: string, @Query('role') role?: string): Promise<GrantsView> {
    return this.inspection.grants(name, parseRole(role), await this.known(name));
  }

  @Get('check')
  async check(@Param('name') name: string): Promise<TargetCheckView> {
    return this.inspection.check(name, await this.known(name));
  }

  private async known(name: string) {
    const known = await this.documents.migrationsFor(name);
    return known.map(({ migration, policy }) => {
      const asked = policy !== null && asksForUnits(policy) ? policy.unit.from?.table : undefined;
      return { migration, backup: policy?.backup ?? null, unitTable: asked ?? null };
    });
  }
}
