import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { burstOf, type CallKind } from '../../core/limits/limits.ts';
import { PermitStore, type TakenPermits } from '../../engine/ports/permit-store.ts';

/** A bucket is full again after half a minute, whatever its pace. Milliseconds. */
const fullAfterMs = 60_000;

/** A limit must not make a call wait for a database that hangs. Milliseconds. */
const patienceMs = 500;

interface Row {
  readonly granted: number;
  readonly remaining: number;
}

/** One row per caller and kind, and one statement per block of permits. */
export class PostgresPermitStore extends PermitStore {
  readonly #source: DataSource;
  readonly #patienceMs: number;

  constructor(source: DataSource, patience = patienceMs) {
    super();
    this.#source = source;
    this.#patienceMs = patience;
  }

  async take(
    caller: string,
    kind: CallKind,
    perMinute: number,
    wanted: number,
  ): Promise<TakenPermits> {
    const values = [caller, kind, perMinute, burstOf(perMinute), wanted];
    const taken: Promise<readonly Row[]> = this.#source.query(take, values);
    const rows = await Promise.race([taken, this.#late()]);
    const [row] = rows ?? [];
    if (row === undefined) throw new Error('permits cannot be counted just now');
    const { granted, remaining } = row;
    const waitMs = granted > 0 ? 0 : Math.ceil(((1 - remaining) * 60_000) / perMinute);
    return { granted, waitMs };
  }

  /** A process that was busy all the time reads what has arrived meanwhile, before it calls it late. */
  async #late(): Promise<null> {
    await sleep(this.#patienceMs, null, { ref: false });
    return turn(null, { ref: false });
  }

  async forget(): Promise<void> {
    await this.#source.query(
      'DELETE FROM crossfade_state.permit WHERE at < crossfade_state.now() - $1::bigint',
      [fullAfterMs],
    );
  }
}

/** What the bucket holds now: what was left, and what has come since, up to its brim. */
const held = `least($4::float8, p.remaining + greatest(0, excluded.at - p.at) * $3::float8 / 60000)`;
const granted = `least($5::float8, floor(${held}))`;

const take = `INSERT INTO crossfade_state.permit AS p (caller, kind, remaining, granted, at)
  SELECT $1, $2, $4::float8 - least($5::float8, $4::float8), least($5::float8, $4::float8),
         crossfade_state.now()
  ON CONFLICT (caller, kind) DO UPDATE
  SET remaining = ${held} - ${granted}, granted = ${granted}, at = greatest(p.at, excluded.at)
  RETURNING granted, remaining`;
