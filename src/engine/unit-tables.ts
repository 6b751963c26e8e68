import { CrossfadeError } from '../core/errors.ts';
import { asksForUnits, freezeUnits, mostListedUnits } from '../core/policy/freeze-units.ts';
import type { Policy, UnitSource } from '../core/policy/policy.ts';
import {
  followersQuery,
  mostShownUnits,
  ringQuery,
  type UnitQuery,
  unitsQuery,
} from '../core/policy/unit-queries.ts';
import { type TargetDatabase, TargetSqlError } from './ports/target-database.ts';

/** The tables of targets that know the units of policies. Reads only, over connections of its own. */
export class UnitTables {
  readonly #connect: (target: string) => Promise<TargetDatabase>;

  constructor(connect: (target: string) => Promise<TargetDatabase>) {
    this.#connect = connect;
  }

  /**
   * The policy with its units named as the target knows them now. A policy that asks for none is
   * answered as it is, and nothing is connected to. Throws `refused`, `unavailable`, `notFound`.
   */
  async freeze(policy: Policy): Promise<Policy> {
    const { from } = policy.unit;
    if (!asksForUnits(policy) || from === undefined) return policy;
    return this.#on(policy, async (database) => {
      const source = { ...from, schema: policy.schemaMigration.schema };
      const rings: Record<string, readonly string[]> = {};
      for (const { name, where } of policy.rings) {
        if (where === undefined) continue;
        const found = await rows(database, ringQuery(source, where));
        rings[name] = bounded(`ring ${name}`, found, mostListedUnits).map(({ unit }) => unit);
      }
      const found =
        from.together === undefined
          ? []
          : await rows(database, followersQuery(source, from.together));
      const followers = bounded('`together`', found, mostListedUnits).map(
        ({ unit, leader = unit }) => [unit, leader] as const,
      );
      return freezeUnits(policy, { rings, followers });
    });
  }

  /** All units of a policy; null where it does not say which table knows them. */
  async units(policy: Policy): Promise<readonly string[] | null> {
    const { from } = policy.unit;
    if (from === undefined) return null;
    const source = { ...from, schema: policy.schemaMigration.schema };
    const found = await this.#on(policy, (database) => rows(database, unitsQuery(source)));
    return bounded('the unit table', found, mostShownUnits).map(({ unit }) => unit);
  }

  async #on<T>(policy: Policy, work: (database: TargetDatabase) => Promise<T>): Promise<T> {
    const database = await this.#connect(policy.target);
    try {
      return await work(database);
    } catch (fault) {
      if (!(fault instanceof TargetSqlError)) throw fault;
      throw unreadable(policy, fault);
    } finally {
      await database.close();
    }
  }
}

interface Row {
  readonly unit: string;
  readonly leader?: string;
}

async function rows(database: TargetDatabase, { sql, values }: UnitQuery): Promise<readonly Row[]> {
  const found = await database.query<Row>(sql, values);
  return found.filter(({ unit }) => unit !== null && unit !== '');
}

function bounded(what: string, found: readonly Row[], most: number): readonly Row[] {
  if (found.length <= most) return found;
  throw new CrossfadeError('refused', `${what} names more than ${most} units; narrow it`);
}

function unreadable({ target, unit }: Policy, fault: TargetSqlError): CrossfadeError {
  const { table } = unit.from as UnitSource;
  return new CrossfadeError(
    'refused',
    `the units cannot be read from table ${table} on ${target}: ${fault.message}`,
    { cause: fault },
  );
}
