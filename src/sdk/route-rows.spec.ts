import { describe, expect, it } from '@jest/globals';
import { ManualTiming, settle } from '../../test/support/manual-timing.ts';
import type { RouteRow } from '../core/protocol/route.ts';
import { RouteRows } from './route-rows.ts';

const name = 'users-birthdate';

function row(changes: Partial<RouteRow> = {}): RouteRow {
  return { migration: name, revision: 1, kill: false, safeSide: 'old', ...changes };
}

/** Rows whose reads end when the test says so. */
function given() {
  const timing = new ManualTiming();
  const pending: ((row: RouteRow | Error) => void)[] = [];
  const rows = new RouteRows(
    timing,
    () =>
      new Promise((resolve, reject) => {
        pending.push((read) => (read instanceof Error ? reject(read) : resolve(read)));
      }),
  );
  return { timing, rows, pending };
}

describe('RouteRows', () => {
  it('joins reads of the same row', async () => {
    const { rows, pending } = given();
    const reads = [rows.read(name), rows.read(name)];
    expect(pending).toHaveLength(1);
    pending[0]?.(row({ revision: 4 }));
    expect(await Promise.all(reads)).toEqual([row({ revision: 4 }), row({ revision: 4 })]);
  });

  it('does not join a read that began too early', async () => {
    const { timing, rows, pending } = given();
    const early = rows.read(name);
    timing.freeze(100);
    const fresh = rows.read(name, timing.monotonicMs());
    pending[1]?.(row({ revision: 2 }));
    expect(await fresh).toEqual(row({ revision: 2 }));
    pending[0]?.(row({ revision: 1 }));
    await early;
    expect(pending).toHaveLength(2);
  });

  it('knows the row without waiting for three seconds after it was read', async () => {
    const { timing, rows, pending } = given();
    expect(rows.recent(name)).toBeUndefined();
    const read = rows.read(name);
    pending[0]?.(row());
    await read;
    await timing.advance(3_000);
    expect(rows.recent(name)).toEqual(row());
    await timing.advance(1);
    expect(rows.recent(name)).toBeUndefined();
  });

  it('answers null when the read fails, and keeps a kill that it saw before', async () => {
    const { rows, pending } = given();
    const killing = rows.read(name);
    pending[0]?.(row({ kill: true }));
    await killing;
    const failing = rows.read(name);
    pending[1]?.(new Error('connection refused'));
    expect(await failing).toBeNull();
    expect(rows.killed(name)).toEqual(row({ kill: true }));
    rows.forget(name);
    expect(rows.killed(name)).toBeNull();
  });

  it('gives up a read after half a second', async () => {
    const { timing, rows } = given();
    const read = rows.read(name);
    await timing.advance(500);
    expect(await read).toBeNull();
  });

  it('reads what is wanted, again and again', async () => {
    const { timing, rows, pending } = given();
    let wanted: readonly string[] = [];
    const stop = rows.watch(1_000, () => wanted);
    await timing.advance(1_000);
    expect(pending).toHaveLength(0);
    wanted = [name];
    await timing.advance(1_000);
    pending[0]?.(row());
    await settle();
    await timing.advance(1_000);
    expect(pending).toHaveLength(2);
    stop();
    await timing.advance(5_000);
    expect(pending).toHaveLength(2);
  });
});
