import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type {
  FoundPlan,
  GrantsView,
  PlannedOnTarget,
  TargetCheckView,
} from '../../core/protocol/target-view.ts';
import { TargetInspection } from '../../engine/target-inspection.ts';
import { parseInfo } from '../../language/info-request.ts';
import { placeOn, type WrittenMigration } from '../../language/read-migrations.ts';
import { parseRole } from '../../language/role-request.ts';
import { For, viewer } from '../auth/access.ts';
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
  @For(viewer('target'))
  async grants(@Param('name') name: string, @Query('role') role?: string): Promise<GrantsView> {
    return this.inspection.grants(name, parseRole(role), await this.documents.knownFor(name));
  }

  @Get('check')
  @For(viewer('target'))
  async check(@Param('name') name: string): Promise<TargetCheckView> {
    return this.inspection.check(name, await this.documents.knownFor(name));
  }

  /** What the schema migrations of some files would do there; changes nothing. */
  @Post('plan')
  @For(viewer('target'))
  @HttpCode(200)
  async plan(
    @Param('name') name: string,
    @Body() body: unknown,
  ): Promise<{ plans: readonly FoundPlan[] }> {
    const written = await this.documents.migrationsIn(parseInfo(body));
    const plans = await this.inspection.foresee(name, written);
    return { plans: plans.map((plan, at) => withLines(plan, written[at])) };
  }
}

function withLines(plan: PlannedOnTarget, written: WrittenMigration | undefined): FoundPlan {
  const findings = plan.findings.map((finding) => {
    const place = written === undefined ? undefined : placeOn(written, finding.table);
    return { ...finding, line: place?.line ?? null };
  });
  return { ...plan, findings };
}
