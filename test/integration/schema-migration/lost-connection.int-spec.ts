import { afterEach, describe, expect, it } from '@jest/globals';
import { openTargetPostgres } from '../../../src/adapters/target-postgres/open-target-postgres.ts';
import type { JobKind, JobState } from '../../../src/core/schema-migration/job.ts';
import type { Operation } from '../../../src/core/schema-migration/operation.ts';
import { FaultPoints } from '../../../src/engine/ports/fault-points.ts';
import type { FaultPoint } from '../../../src/engine/ports/fault-points.ts';
import { TargetWorks } from '../../../src/engine/schema-migration/target-works.ts';
import { layCuttableLine } from '../../support/cuttable-line.ts';
import type { CuttableLine } from '../../support/cuttable-line.ts';
import { schemaOf } from '../../support/schema-of.ts';
import { ShopTarget } from '../../support/shop-target.ts';

const OPERATIONS: readonly Operation[] = [
  {
    operation: 'changeType',
    table: 'orders',
    column: 'amountCents',
    type: 'bigint',
    up: '"amountCents"',
    down: '"amountCents"',
  },
  {
    operation: 'createIndex',
    table: 'orders',
    name: 'orders_by_phone',
    method: 'btree',
    parts: [{ column: 'phone', expression: null, opclass: null, order: 'asc', nulls: null }],
    include: [],
    where: null,
  },
  {
    operation: 'addCheck',
    table: 'orders',
    name: 'orders_known',
    check: `customer <> ''`,
    enforce: 'contract',
    replaces: null,
  },
];

/** The line breaks here, once in each, in the middle of what may not be left half done. */
const BREAKS: readonly (readonly [JobKind, FaultPoint])[] = [
  ['expand', 'expand.beforeCommit'],
  ['backfill', 'backfill.beforeCommit'],
  ['backfill', 'index.beforeStatement'],
  ['verify', 'verify.beforeCommit'],
  ['contract', 'seal.afterStatement'],
  ['contract', 'contract.beforeCommit'],
  ['restore', 'restore.beforeCommit'],
  ['retire', 'retire.beforeCommit'],
];

class Breaks extends FaultPoints {
  at: (point: FaultPoint) => void = () => undefined;

  override reached(point: FaultPoint): void {
    this.at(point);
  }
}

const never = new AbortController().signal;

describe('a connection that is lost', () => {
  let shop: ShopTarget;
  let line: CuttableLine;
  let works: TargetWorks;
  const faults = new Breaks();
  afterEach(async () => {
    line.mend();
    await works.close();
    await line.stop();
    await shop.close();
  });

  const jobOf = async (kind: JobKind): Promise<JobState> =>
    shop.target.job(await shop.target.ensure(kind, shop.migration));

  /** Until the line breaks, or the job has ended. */
  const work = async (kind: JobKind): Promise<unknown> => {
    while (/pending|running/.test((await jobOf(kind)).status)) {
      await shop.admin('UPDATE crossfade.job SET due_at = now(), lease_until = NULL');
      const fault = await works.work('spec', 300, never).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (fault !== null) return fault;
    }
    return null;
  };

  it('is named, leaves nothing half done in any part, and is no end of the work', async () => {
    shop = await ShopTarget.create(...OPERATIONS);
    const { protocol, username, password, pathname, host } = new URL(shop.target.url);
    line = await layCuttableLine(`http://${host}`);
    const through = `${protocol}//${username}:${password}@${line.url.slice('http://'.length)}${pathname}`;
    works = new TargetWorks(openTargetPostgres(through), faults);
    const start = await schemaOf(shop.target.admin);
    for (const [kind, where] of BREAKS) {
      faults.at = (point) => {
        if (point === where) line.cut();
      };
      expect([where, await work(kind)]).toMatchObject([
        where,
        {
          code: 'unavailable',
          message: expect.stringContaining('The target database cannot be reached'),
        },
      ]);
      expect(await jobOf(kind)).toMatchObject({ status: 'running' });
      faults.at = () => undefined;
      line.mend();
      const isLast = BREAKS.filter(([one]) => one === kind).at(-1)?.[1] === where;
      if (!isLast) continue;
      expect([where, await work(kind)]).toEqual([where, null]);
      expect([where, await jobOf(kind)]).toMatchObject([where, { status: 'done', quarantined: 0 }]);
    }
    expect(await schemaOf(shop.target.admin)).toEqual(start);
  });
});
