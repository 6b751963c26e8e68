import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditChain1796346120000 } from '../../migrations/1796346120000-audit-chain.ts';
import { PostgresAuditLog } from '../../src/adapters/postgres/postgres-audit-log.ts';
import { verifyAudit } from '../../src/cli/verify-audit.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

let state: StateDatabase;
let log: PostgresAuditLog;

beforeAll(async () => {
  state = await createStateDatabase();
  log = new PostgresAuditLog(state.source);
});

afterAll(() => state.close());

const act = (actor: string) => ({ actor, action: 'ask', subject: 'x', detail: { n: 1.5, b: 'ü' } });

const read = () => log.read(0, 0, 10_000);

describe('the audit log', () => {
  it('is a chain that can be checked outside, whoever writes at the same time', async () => {
    const writers = Array.from({ length: 40 }, (_, at) => log.append(act(`writer ${at}`)));
    await Promise.all(writers);
    const entries = verifyAudit(await read());
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(new Set(entries.map(({ actor }) => actor)).size).toBe(40);
    expect(entries[0]).toMatchObject({ action: 'ask', detail: { n: 1.5, b: 'ü' } });
  });

  it('seals at the commit: whoever writes and then waits for another one hangs nobody up', async () => {
    const [one, other] = [state.source.createQueryRunner(), state.source.createQueryRunner()];
    const insert = `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
      VALUES (1, 'a', 'b', 'c', '{}')`;
    const wait = 'SELECT FROM crossfade_state.clock FOR UPDATE';
    await Promise.all([one, other].map((runner) => runner.startTransaction()));
    await one.query(wait);
    await other.query(insert);
    await one.query(insert);
    const waiting = other.query(wait);
    await one.commitTransaction();
    await waiting;
    await other.commitTransaction();
    await Promise.all([one, other].map((runner) => runner.release()));
    expect(verifyAudit(await read()).length).toBe(42);
  });

  it.each([
    `DELETE FROM crossfade_state.audit`,
    `UPDATE crossfade_state.audit SET actor = 'nobody'`,
    `UPDATE crossfade_state.audit SET hash = NULL`,
    `TRUNCATE crossfade_state.audit`,
  ])('refuses %s', async (statement) => {
    const before = await read();
    await expect(state.source.query(statement)).rejects.toThrow('the audit log only grows');
    expect(await read()).toEqual(before);
  });

  it.each([
    [`DELETE FROM crossfade_state.audit WHERE seq = 20`, 21],
    [`UPDATE crossfade_state.audit SET actor = 'eve' WHERE seq = 7`, 7],
  ])('shows where it was broken by who owns the database: %s', async (statement, at) => {
    await state.source.transaction(async (manager) => {
      await manager.query('SET LOCAL session_replication_role = replica');
      await manager.query(statement);
    });
    const links = await read();
    expect(() => verifyAudit(links)).toThrow(`the audit log is broken at ${at}:`);
  });

  it('goes on from a number, and from a time', async () => {
    const links = await read();
    const last = links.at(-1)?.seq ?? 0;
    expect((await log.read(last - 2, 0, 10)).map(({ seq }) => seq)).toEqual([last - 1, last]);
    expect(await log.read(0, Date.now() + 86_400_000, 10)).toEqual([]);
  });
});

describe('a log that was kept before it was a chain', () => {
  it('is sealed as it stands', async () => {
    const former = await createStateDatabase();
    const migration = new AuditChain1796346120000();
    const runner = former.source.createQueryRunner();
    await migration.down(runner);
    for (const actor of ['ada', 'bob']) {
      await runner.query(
        `INSERT INTO crossfade_state.audit (at, actor, action, subject, detail)
         VALUES (1, $1, 'ask', 'x', '{}')`,
        [actor],
      );
    }
    await migration.up(runner);
    await runner.release();
    const formerLog = new PostgresAuditLog(former.source);
    await formerLog.append(act('cleo'));
    const entries = verifyAudit(await formerLog.read(0, 0, 10));
    expect(entries.map(({ seq, actor }) => `${seq} ${actor}`)).toEqual([
      '1 ada',
      '2 bob',
      '3 cleo',
    ]);
    await former.close();
  });
});
