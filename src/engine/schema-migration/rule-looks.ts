import type { Catalog } from '../../core/schema-migration/catalog.ts';
import { quoteLiteral } from '../../core/schema-migration/identifier.ts';
import { rulesOf } from '../../core/schema-migration/resolve-migration.ts';
import type { Rule } from '../../core/schema-migration/rule.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { jittered } from './job-run.ts';
import type { Turn, TurnEnd } from './job-run.ts';
import type { ClaimedJob } from './job-store.ts';
import type { LongStatements } from './long-statements.ts';

/** What a look has found, as the job's row keeps it. */
interface Look {
  readonly found: number;
  readonly samples: readonly string[];
}

type Looks = Readonly<Record<string, Look>>;

/** Between two looks at a statement that is under way. */
const WATCH_MS = 200;
/** Between two looks at rows that have to be mended. */
const BROKEN_MS = 10_000;

/**
 * Looks whether rows break what contract will enforce. Each look reads its table once, in one
 * snapshot, and leaves what it found in the job's row, for whoever has the job by then.
 */
export class RuleLooks {
  readonly #database: TargetDatabase;
  readonly #long: LongStatements;

  constructor(database: TargetDatabase, long: LongStatements) {
    this.#database = database;
    this.#long = long;
  }

  /** How the turn ends; null when every row fulfils every rule. */
  async rest(turn: Turn, catalog: Catalog): Promise<TurnEnd | null> {
    const { job } = turn;
    const before = waits(await this.#long.underWay(turn));
    if (before !== null) return before;
    const rules = rulesOf(job.migration, catalog);
    if (rules.length === 0) return null;
    for (;;) {
      const looks = await this.#looks(job);
      const next = rules.find(({ name }) => !(name in looks));
      if (next === undefined) return this.#judge(job, rules, looks);
      const words = `looks for rows that break ${next.name}`;
      const end = waits(await this.#long.begin(turn, lookInto(job, next), words));
      if (end !== null) return end;
      if (turn.isOver()) return { kind: 'more' };
    }
  }

  async #looks({ id }: ClaimedJob): Promise<Looks> {
    const [row] = await this.#database.query<{ looks: Looks | null }>(
      'SELECT looks FROM crossfade.job WHERE id = $1',
      [id],
    );
    return row?.looks ?? {};
  }

  async #judge(job: ClaimedJob, rules: readonly Rule[], looks: Looks): Promise<TurnEnd | null> {
    const broken = rules.flatMap(({ name }) => {
      const { found, samples } = looks[name] ?? { found: 0, samples: [] };
      if (found === 0) return [];
      const rows = found === 1 ? 'row' : 'rows';
      return [`${name} is broken by ${found} ${rows}, among them ${samples.join(', ')}`];
    });
    if (broken.length === 0) return null;
    await this.#database.query(
      'UPDATE crossfade.job SET looks = NULL WHERE id = $1 AND fence = $2',
      [job.id, job.fence],
    );
    const reason = `${broken.join('; ')}. Mend them: from contract on the database refuses such rows`;
    return { kind: 'waits', reason, delayMs: jittered(BROKEN_MS), hold: 'rules' };
  }
}

/** One statement, so that there is no moment in which a result could be lost. */
function lookInto({ id, fence }: ClaimedJob, { name, look }: Rule): string {
  const found = `jsonb_build_object(${quoteLiteral(name)}, jsonb_build_object('found', l.found, 'samples', l.samples))`;
  return (
    `WITH l AS MATERIALIZED (${look}) UPDATE crossfade.job SET looks = coalesce(looks, '{}') || ${found} ` +
    `FROM l WHERE id = ${quoteLiteral(id)} AND fence >= ${fence} AND status = 'running'`
  );
}

function waits(reason: string | null): TurnEnd | null {
  return reason === null ? null : { kind: 'waits', reason, delayMs: jittered(WATCH_MS) };
}
