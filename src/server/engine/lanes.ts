import type { EventLog } from '../../engine/ports/event-log.ts';
import { Beat } from './beat.ts';

/** One task for many systems. Each has beats of its own, so that none waits for another. */
export class Lanes {
  readonly #name: string;
  readonly #width: number;
  readonly #events: EventLog;
  readonly #task: (lane: string) => Promise<void>;
  readonly #beats = new Map<string, readonly Beat[]>();
  #stopped = false;

  /** `width`: how often the task may be under way in one lane. */
  constructor(
    name: string,
    width: number,
    events: EventLog,
    task: (lane: string) => Promise<void>,
  ) {
    this.#name = name;
    this.#width = width;
    this.#events = events;
    this.#task = task;
  }

  /** Begins in each of these lanes, unless it is under way there. */
  begin(lanes: readonly string[]): void {
    for (const beat of this.#of(lanes)) beat.begin();
  }

  /** Begins in each of these lanes; where it is under way, once more right afterwards. */
  hurry(lanes: readonly string[]): void {
    for (const beat of this.#of(lanes)) beat.hurry();
  }

  /** Nothing further begins; returns when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#beats.values()].flat().map((beat) => beat.stop()));
  }

  #of(lanes: readonly string[]): readonly Beat[] {
    if (this.#stopped) return [];
    return lanes.flatMap((lane) => {
      const beats = this.#beats.get(lane) ?? this.#open(lane);
      this.#beats.set(lane, beats);
      return beats;
    });
  }

  #open(lane: string): readonly Beat[] {
    return Array.from(
      { length: this.#width },
      () => new Beat({ part: this.#name, lane }, this.#events, () => this.#task(lane)),
    );
  }
}
