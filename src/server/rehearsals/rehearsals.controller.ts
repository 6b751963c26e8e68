import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { RehearsalAnswer, RehearsalProgress } from '../../core/protocol/rehearsal-view.ts';
import { statementsFromCsv } from '../../core/schema-migration/trace/old-statements.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { parseRehearsal } from '../../language/rehearsal-request.ts';
import { For, operator } from '../auth/access.ts';
import { DocumentsService } from '../documents/documents.service.ts';

/** One call works for so long; whoever waits calls again. Milliseconds. */
const budgetMs = 3_000;

/** Tries schema migrations on copies of their tables. */
@Controller('api/v1/targets/:name')
export class RehearsalsController {
  private readonly documents: DocumentsService;
  private readonly targets: Targets;
  private readonly clock: Clock;

  constructor(documents: DocumentsService, targets: Targets, clock: Clock) {
    this.documents = documents;
    this.targets = targets;
    this.clock = clock;
  }

  /** Whoever waits for the end calls again, with the answer's generation, until each has its report. */
  @Post('rehearse')
  @For(operator('target'))
  @HttpCode(200)
  async rehearse(@Param('name') name: string, @Body() body: unknown): Promise<RehearsalAnswer> {
    const { files, statements: counted, generation: asked } = parseRehearsal(body);
    const statements =
      counted?.flatMap(({ text, name: file }) => statementsFromCsv(text, file)) ?? null;
    const migrations = await this.documents.migrationsIn(files);
    const generation = asked ?? (await this.clock.now());
    const { rehearsals } = await this.targets.open(name);
    const answered: RehearsalProgress[] = [];
    for (const { migration, listed } of migrations) {
      const id = `${migration.name}/${generation}`;
      const kept = await rehearsals.advance({ id, migration, statements, listed }, budgetMs);
      answered.push({ migration: migration.name, report: kept?.report ?? null });
      if (kept === null) break;
    }
    return { generation, rehearsals: answered };
  }
}
