import { Injectable } from '@nestjs/common';
import { canonical } from '../../core/canonical.ts';
import { CrossfadeError } from '../../core/errors.ts';
import { type DirectAnswer, isOver } from '../../core/protocol/direct-view.ts';
import type { Drift, DriftView } from '../../core/schema-migration/drift/drift.ts';
import { CHECKSUM_DIGITS } from '../../core/schema-migration/history/history-table.ts';
import {
  foreignMigrations,
  isForeignFile,
  refuseCallbacks,
} from '../../core/schema-migration/foreign/foreign-file.ts';
import {
  type ForeignMigration,
  placeOf,
  toolNames,
} from '../../core/schema-migration/foreign/foreign-migration.ts';
import { foreignRows, unreadableRows } from '../../core/schema-migration/foreign/foreign-rows.ts';
import { changedSince } from '../../core/schema-migration/foreign/foreign-standing.ts';
import {
  type InfoAnswer,
  infoRows,
  type KnownMigration,
} from '../../core/schema-migration/history/info-row.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { RolloutStore } from '../../engine/ports/rollout-store.ts';
import { Targets } from '../../engine/ports/targets.ts';
import { DirectRuns } from '../../engine/schema-migration/direct-runs.ts';
import { type EmittedFile, emittedFile } from '../../core/schema-migration/emit/emitted-file.ts';
import type { AbandonBody } from '../../language/abandon-request.ts';
import type { AcceptBody } from '../../language/accept-request.ts';
import type { DirectBody } from '../../language/direct-request.ts';
import type { EmitBody } from '../../language/emit-request.ts';
import type { SourceFile } from '../../language/source/read-yaml.ts';
import { readMigrations } from '../../language/read-migrations.ts';
import { DocumentsService } from '../documents/documents.service.ts';
import { sha256 } from '../documents/sha256.ts';

/** One call of a direct run works for so long; whoever waits calls again. Milliseconds. */
const budgetMs = 3_000;

/** What has been, is and could be carried out on a target, apart from rollouts. */
@Injectable()
export class SchemaMigrationsService {
  private readonly documents: DocumentsService;
  private readonly rollouts: RolloutStore;
  private readonly targets: Targets;
  private readonly runs: DirectRuns;
  private readonly clock: Clock;

  constructor(
    documents: DocumentsService,
    rollouts: RolloutStore,
    targets: Targets,
    runs: DirectRuns,
    clock: Clock,
  ) {
    this.documents = documents;
    this.rollouts = rollouts;
    this.targets = targets;
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * What was carried out on the target, by whatever tool, and what is known for it and was not.
   * @param files another tool's
   */
  async info(target: string, files: readonly SourceFile[]): Promise<InfoAnswer> {
    const { records } = await this.targets.open(target);
    const { tables, entries } = await records.foreign.read();
    const summed = await records.foreign.summed(foreignMigrations(files));
    const migrations = [
      ...unreadableRows(tables),
      ...foreignRows(entries, summed),
      ...infoRows(await records.history(), await this.known(target)),
    ];
    return { migrations, changed: changedSince(entries, summed) };
  }

  /**
   * Carries out the migrations of some files, as far as it gets in a few seconds.
   * Throws `refused` for a protected target.
   */
  async migrate(target: string, body: DirectBody): Promise<DirectAnswer> {
    const ours = body.files.filter((file) => !isForeignFile(file));
    const others = othersIn(body);
    const migrations = ours.length === 0 && others.length > 0 ? [] : readMigrations(ours);
    if ((await this.documents.target(target)).protected === true) {
      throw new CrossfadeError(
        'refused',
        `target ${target} is protected: there a schema migration is carried out by a rollout. ` +
          'Apply a policy that names it, then start that.',
      );
    }
    const generation = body.generation ?? (await this.clock.now());
    const { records } = await this.targets.open(target);
    const progress = await records.foreign.carryOut(others, budgetMs);
    if (progress.length < others.length || !progress.every(isOver)) {
      return { generation, of: others.length + migrations.length, migrations: progress };
    }
    for (const { migration } of migrations) {
      const done = await this.runs.advance(
        {
          target,
          migration,
          checksum: checksumOf(migration),
          author: body.by,
          generation,
          baseline: body.baseline,
        },
        budgetMs,
      );
      progress.push(done);
      if (!isOver(done)) break;
    }
    return { generation, of: others.length + migrations.length, migrations: progress };
  }

  /**
   * Takes back what a direct migration has made so far, as far as it gets in a few seconds. A target that
   * was protected since lets it: what was begun there cannot end otherwise.
   */
  async abandon(target: string, body: AbandonBody): Promise<DirectAnswer> {
    const { migration, by: author } = body;
    const generation = body.generation ?? (await this.clock.now());
    const done = await this.runs.abandon({ target, migration, author, generation }, budgetMs);
    return { generation, of: 1, migrations: [done] };
  }

  /** The migrations of some files in another tool's form, as they were tried on a target in the old shape. */
  async emit(body: EmitBody): Promise<readonly EmittedFile[]> {
    const { tool, part, at } = body;
    const files: EmittedFile[] = [];
    for (const [index, written] of readMigrations(body.files).entries()) {
      const { migration } = written;
      const target = body.target ?? written.target;
      if (target === null || (await this.documents.target(target)).protected === true) {
        throw noTrial(migration, target);
      }
      const works = await this.targets.open(target);
      const tried = await works.tried(migration);
      const checksum = checksumOf(migration);
      files.push(emittedFile({ migration, checksum, tried, part, tool }, at + index));
    }
    return files;
  }

  /** What others have changed on a target while rollouts live there, and whether anything refuses it. */
  async drift(target: string): Promise<DriftView> {
    const { records } = await this.targets.open(target);
    return { drift: await records.drift(), guard: records.guardFinding };
  }

  /** Takes what others have changed for good. Throws `notFound` where nothing is. */
  async acceptDrift(target: string, { migration, by }: AcceptBody): Promise<Drift> {
    const { records } = await this.targets.open(target);
    const accepted = await records.acceptDrift(migration, by);
    if (accepted !== null) return accepted;
    throw new CrossfadeError('notFound', `nothing of ${migration} has drifted on ${target}`);
  }

  private async known(target: string): Promise<readonly KnownMigration[]> {
    const known = await this.documents.migrationsFor(target);
    return Promise.all(
      known.map(async ({ migration, policy }) => {
        const found = policy === null ? null : await this.rollouts.find(policy.name);
        const phase = found?.rollout.phase;
        return knownAs(migration, phase === 'rolled_back' || phase === 'aborted');
      }),
    );
  }
}

/** Another tool's migrations among the files, to be carried out. */
function othersIn({ files, baseline }: DirectBody): readonly ForeignMigration[] {
  const others = files.filter(isForeignFile);
  refuseCallbacks(others);
  const found = foreignMigrations(others);
  const [one] = found;
  if (one === undefined || !baseline) return found;
  throw new CrossfadeError(
    'invalidInput',
    `${placeOf(one)} is ${toolNames[one.tool]}'s, which notes by itself what is there already; ` +
      "--baseline is for Crossfade's own schema migrations.",
  );
}

/** A trial locks the tables, for a moment, against everybody. */
function noTrial({ name }: SchemaMigration, target: string | null): CrossfadeError {
  const why = target === null ? 'its file names no target' : `target ${target} is protected`;
  return new CrossfadeError(
    'refused',
    `${name} is tried before it is written out, and ${why}; ` +
      'name a development database in the old shape: --target local',
  );
}

function knownAs(migration: SchemaMigration, rolledBack: boolean): KnownMigration {
  const { name, to } = migration;
  return { name, to, checksum: checksumOf(migration), rolledBack };
}

function checksumOf(migration: SchemaMigration): string {
  return sha256(canonical(migration)).slice(0, CHECKSUM_DIGITS);
}
