import type { LockLevel } from '../../../core/schema-migration/change.ts';
import { catalogDiff, driftWords } from '../../../core/schema-migration/drift/catalog-diff.ts';
import type { CatalogFacts } from '../../../core/schema-migration/drift/catalog-facts.ts';
import type { Copies } from '../../../core/schema-migration/rehearsal/copied-table.ts';
import type { BrokenStatement } from '../../../core/schema-migration/rehearsal/broken-statement.ts';
import type {
  MeasuredPart,
  RehearsalFault,
  RehearsalRun,
} from '../../../core/schema-migration/rehearsal/rehearsal.ts';
import { resolveMovements, rulesOf } from '../../../core/schema-migration/resolve-migration.ts';
import type { SchemaMigration } from '../../../core/schema-migration/schema-migration.ts';
import { type TargetSession, TargetSqlError } from '../../ports/target-database.ts';
import { type CarriedOut, TrialRun } from '../trial-run.ts';
import { type CopiedIndex, indexesIn } from './built-indexes.ts';
import { buildCopies, type DrawnTable } from './draw-copies.ts';
import { compareRows, type Filled, fillRows, type Walked } from './fill-copies.ts';
import type { OldStatements } from './old-statements.ts';
import { secondPasses } from './second-pass.ts';

/** What one run through all parts has come to. */
export interface RunEnd {
  readonly run: RehearsalRun | null;
  readonly faults: readonly RehearsalFault[];
  readonly broken: readonly BrokenStatement[];
  readonly statements: readonly CarriedOut[];
  /** Tables that were written anew. */
  readonly rewritten: readonly string[];
  /** Indexes that index and seal built. */
  readonly built: readonly CopiedIndex[];
}

/** What is tried, and on how many rows. */
export interface Attempt {
  /** As it is tried on copies. */
  readonly migration: SchemaMigration;
  readonly copies: Copies;
  /** What has been drawn for them, the largest first. */
  readonly drawn: readonly DrawnTable[];
  /** Of the largest table. */
  readonly rows: number;
  /** False where it is about the cost alone: then it goes straight on to the end. */
  readonly goesBack: boolean;
  readonly old: OldStatements;
}

/**
 * Carries a migration out on copies: up, where asked for down and up again, and to the end. To be called within a
 * transaction that is taken back.
 */
export async function rehearseOnce(session: TargetSession, attempt: Attempt): Promise<RunEnd> {
  const { migration, copies, drawn, rows, old } = attempt;
  const stage = new Stage(session, migration);
  await buildCopies(session, copies, migration.schema, { rows, drawn });
  try {
    await stage.begin();
    await old.begin(session);
    const before = await stage.look();
    const there = new Set((await indexesIn(session, migration.schema)).map(({ name }) => name));
    const up = await stage.up();
    const grown = (await stage.size()) - before.bytes;
    const broken = await old.broken(session, 'expand');
    const expanded = await stage.look();
    const rewritten = Object.keys(before.files).filter(
      (table) => expanded.files[table] !== before.files[table],
    );
    stage.judge(up);
    if (attempt.goesBack) await stage.goBack(before.facts, expanded.facts);
    const unsealed = await stage.size();
    const seal = await stage.part('seal');
    const built = up.built + Math.max(0, (await stage.size()) - unsealed);
    const indexes = await indexesIn(session, migration.schema);
    const contract = await stage.part('contract');
    broken.push(...(await old.broken(session, 'contract')));
    const run = runOf(rows, up, { seal, contract, grown, built });
    const { faults, statements } = stage;
    const isNew = ({ name }: CopiedIndex): boolean => !there.has(name);
    return { run, faults, broken, statements, rewritten, built: indexes.filter(isNew) };
  } catch (fault) {
    if (!(fault instanceof TargetSqlError)) throw fault;
    const words = `${stage.at} fails on copies of the tables: ${fault.message}`;
    const faults = [...stage.faults, { code: 'failed', message: words } as const];
    return {
      run: null,
      faults,
      broken: [],
      statements: stage.statements,
      rewritten: [],
      built: [],
    };
  }
}

/** The way up once. */
interface WayUp {
  readonly expand: readonly CarriedOut[];
  readonly filled: Filled;
  readonly index: readonly CarriedOut[];
  /** Bytes of what `index` built. */
  readonly built: number;
  readonly passMs: number;
  readonly compared: Walked;
  readonly rules: readonly { readonly name: string; readonly found: number }[];
}

interface Look {
  readonly facts: CatalogFacts;
  readonly bytes: number;
  /** By the table's name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The copies, and what has been found out on them. */
class Stage {
  /** What is being carried out, for messages. */
  at = 'expand';
  readonly faults: RehearsalFault[] = [];
  readonly statements: CarriedOut[] = [];
  readonly #session: TargetSession;
  readonly #migration: SchemaMigration;
  readonly #run: TrialRun;
  #baseline: CarriedOut[] = [];

  constructor(session: TargetSession, migration: SchemaMigration) {
    this.#session = session;
    this.#migration = migration;
    this.#run = new TrialRun(session, migration);
  }

  /** The old version's views are part of what is in use. */
  async begin(): Promise<void> {
    this.at = 'expand';
    this.#baseline = [...(await this.#run.part(['baseline']))];
  }

  async up(): Promise<WayUp> {
    this.at = 'expand';
    const expand = [...this.#baseline.splice(0), ...(await this.#run.expand())];
    this.at = 'backfill';
    const filled = await fillRows(this.#session, this.#migration, await this.#movements());
    const unindexed = await this.size();
    const index = await this.part('index');
    const built = (await this.size()) - unindexed;
    const passMs = await secondPasses(this.#session, this.#migration.schema, index);
    this.at = 'verify';
    const compared = await compareRows(this.#session, this.#migration, await this.#movements());
    const catalog = await this.#session.catalog(this.#migration);
    const rules: { name: string; found: number }[] = [];
    for (const { name, look } of rulesOf(this.#migration, catalog)) {
      const [row] = await this.#session.query<{ found: number }>(look);
      rules.push({ name, found: row?.found ?? 0 });
    }
    await this.#settle();
    this.statements.push(...expand);
    return { expand, filled, index, built, passMs, compared, rules };
  }

  /** Down, and up again; each time the catalog must be what it was. */
  async goBack(before: CatalogFacts, expanded: CatalogFacts): Promise<void> {
    this.at = 'the way back';
    await this.#run.part(['retire']);
    this.#compare('after down', before, (await this.look()).facts);
    await this.up();
    this.#compare('after the second up', expanded, (await this.look()).facts);
  }

  /** Each statement of index and seal in the state that the one before has left. */
  async part(phase: 'index' | 'seal' | 'contract'): Promise<readonly CarriedOut[]> {
    this.at = phase;
    const done = await this.#run.part([phase]);
    await this.#settle();
    this.statements.push(...done);
    return done;
  }

  judge({ filled, compared, rules }: WayUp): void {
    if (filled.kept > 0) {
      const words = `${filled.kept} of ${filled.rows} copied rows cannot be converted${filled.example}; they would stay in quarantine, and contract would wait for them`;
      this.faults.push({ code: 'conversion', message: words });
    }
    if (compared.differing > filled.kept) {
      const words = `${compared.differing} of ${compared.rows} copied rows differ between the two shapes after the backfill`;
      this.faults.push({ code: 'parity', message: words });
    }
    for (const { name, found } of rules.filter((one) => one.found > 0)) {
      const words = `${name} is broken by ${found} copied rows; mend them before contract enforces it`;
      this.faults.push({ code: 'rules', message: words });
    }
  }

  #compare(when: string, was: CatalogFacts, is: CatalogFacts): void {
    const changes = catalogDiff(was, is);
    if (changes.length === 0) return;
    const words = `the catalog is not as it was ${when}: ${driftWords(changes)}`;
    this.faults.push({ code: 'catalog', message: words });
  }

  async look(): Promise<Look> {
    const { schema, from, to } = this.#migration;
    const [row] = await this.#session.query<{ facts: CatalogFacts }>(
      `SELECT crossfade.catalog_facts($1, coalesce(array_agg(DISTINCT c.relname::text), '{}'), ARRAY[$2, $3]) AS facts
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ($1, $2, $3)`,
      [schema, from, to],
    );
    const files = await this.#session.query<{ name: string; file: string }>(
      `SELECT c.relname AS name, pg_relation_filenode(c.oid)::text AS file FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`,
      [schema],
    );
    // The old version's views are there from the first expand on, and stay.
    const facts = Object.entries(row?.facts ?? {}).filter(
      ([name]) => !name.startsWith(`view ${from}.`),
    );
    return {
      facts: Object.fromEntries(facts),
      bytes: await this.size(),
      files: Object.fromEntries(files.map(({ name, file }) => [name, file])),
    };
  }

  async size(): Promise<number> {
    const [row] = await this.#session.query<{ bytes: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'`,
      [this.#migration.schema],
    );
    return row?.bytes ?? 0;
  }

  async #movements() {
    const catalog = await this.#session.catalog(this.#migration);
    return resolveMovements(this.#migration, catalog).filter(({ state }) => state === 'live');
  }

  /** No DDL while a deferred constraint has still to be looked at. */
  async #settle(): Promise<void> {
    await this.#session.query('SET CONSTRAINTS ALL IMMEDIATE');
  }
}

const felt: readonly LockLevel[] = ['Share', 'ShareRowExclusive', 'AccessExclusive'];

function runOf(
  rows: number,
  { expand, filled, index, passMs, compared }: WayUp,
  { seal, contract, grown, built }: Ends,
): RehearsalRun {
  const ms: Record<MeasuredPart, number> = {
    expand: timeOf(expand),
    backfill: filled.ms,
    index: timeOf(index),
    verify: compared.ms,
    seal: timeOf(seal),
    contract: timeOf(contract),
  };
  const tables = [...new Set(expand.map(({ table }) => table))];
  const single = [...index, ...seal].filter(({ lock }) => felt.includes(lock));
  const lockedMs = Math.max(
    0,
    ...tables.map((name) => timeOf(lockedFrom(expand.filter(({ table }) => table === name)))),
    ...single.map((one) => one.ms),
    timeOf(lockedFrom(contract)),
  );
  const grownBytes = Math.max(0, grown);
  const { walBytes } = filled;
  return { rows, ms, passMs, lockedMs, walBytes, builtBytes: built, grownBytes };
}

interface Ends {
  readonly seal: readonly CarriedOut[];
  readonly contract: readonly CarriedOut[];
  readonly grown: number;
  /** Bytes of the indexes that index and seal built. */
  readonly built: number;
}

const timeOf = (statements: readonly CarriedOut[]): number =>
  statements.reduce((total, { ms }) => total + ms, 0);

/** Of a transaction, what runs from its first strong lock on: that is kept to the end. */
function lockedFrom(statements: readonly CarriedOut[]): readonly CarriedOut[] {
  const locking = statements.filter(({ phase }) => phase !== 'baseline');
  const first = locking.findIndex(({ lock }) => felt.includes(lock));
  return first < 0 ? [] : locking.slice(first);
}
