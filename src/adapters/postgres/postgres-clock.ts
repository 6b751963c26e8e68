import type { DataSource } from 'typeorm';
import { Clock } from '../../engine/ports/clock.ts';

/** Database time plus the offset that tests move; leases are measured by the same function. */
export class PostgresClock extends Clock {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    super();
    this.#source = source;
  }

  async now(): Promise<number> {
    const rows: { now: string }[] = await this.#source.query('SELECT crossfade_state.now() AS now');
    return Number(rows[0]?.now);
  }
}
