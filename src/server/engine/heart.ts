import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '../../engine/ports/event-log.ts';
import { Beat } from './beat.ts';
import { Lanes } from './lanes.ts';
import type { Part, Pulse } from './pulse.ts';

/** A shutdown waits so long for what is under way; a system that hangs may keep it for longer. Milliseconds. */
const patienceMs = 5_000;

/** Everything that runs periodically, from the start of the application to its end. */
export class Heart implements OnModuleInit, OnApplicationShutdown {
  readonly #registry: SchedulerRegistry;
  readonly #events: EventLog;
  readonly #pulse: Pulse;
  readonly #beats: { readonly beat: Beat; readonly everyMs: number }[] = [];
  readonly #lanes: Lanes[] = [];

  constructor(registry: SchedulerRegistry, events: EventLog, pulse: Pulse) {
    this.#registry = registry;
    this.#events = events;
    this.#pulse = pulse;
  }

  /** Does the task every so many milliseconds and whenever the pulse hurries it. */
  every(part: Part, everyMs: number, task: () => Promise<void>): void {
    const beat = new Beat({ part, lane: null }, this.#events, task);
    this.#beats.push({ beat, everyMs });
    this.#pulse.onHurry(part, () => beat.hurry());
  }

  /** Lanes for a task; they beat when they are told to. */
  lanes(part: Part, width: number, task: (lane: string) => Promise<void>): Lanes {
    const lanes = new Lanes(part, width, this.#events, task);
    this.#lanes.push(lanes);
    return lanes;
  }

  onModuleInit(): void {
    for (const { beat, everyMs } of this.#beats) {
      this.#registry.addInterval(beat.name, beat.start(everyMs));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const beats = this.#beats.map(({ beat }) => beat);
    const stopped = Promise.all([...beats, ...this.#lanes].map((one) => one.stop()));
    await Promise.race([stopped, sleep(patienceMs, undefined, { ref: false })]);
  }
}
