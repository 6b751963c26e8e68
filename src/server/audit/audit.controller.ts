import { Controller, Get, Query } from '@nestjs/common';
import type { AuditLink } from '../../core/protocol/audit-view.ts';
import { AuditLog } from '../../engine/ports/audit-log.ts';
import { parseAuditQuery } from '../../language/audit-query.ts';
import { admin, For } from '../auth/access.ts';

const linksPerPage = 500;

/** Who did what, as a chain that anybody can check. */
@Controller('api/v1/audit')
@For(admin('everywhere'))
export class AuditController {
  private readonly log: AuditLog;

  constructor(log: AuditLog) {
    this.log = log;
  }

  /** In pages, oldest first; the next one begins after the last `seq`. */
  @Get()
  async read(@Query() query: unknown): Promise<{ readonly links: readonly AuditLink[] }> {
    const { after, since } = parseAuditQuery(query);
    return { links: await this.log.read(after, since, linksPerPage) };
  }
}
