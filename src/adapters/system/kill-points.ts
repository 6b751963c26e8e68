import { FaultPoints, type FaultPoint } from '../../engine/ports/fault-points.ts';

/** Does nothing, at every point. What production runs. */
export class NoFaults extends FaultPoints {
  override reached(_point: FaultPoint): void {}
}

/** Kills this process with SIGKILL when a point is reached for the n-th time. Tests only. */
export class KillPoint extends FaultPoints {
  readonly #point: string;
  #left: number;

  /** `POINT` or `POINT:N`; N counts from 1. */
  constructor(where: string) {
    super();
    const [point, count] = where.split(':');
    this.#point = point ?? where;
    this.#left = Number(count ?? '1');
  }

  override reached(point: FaultPoint): void {
    if (point !== this.#point) return;
    this.#left -= 1;
    if (this.#left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
