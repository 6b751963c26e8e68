import { EventLog } from '../../src/engine/ports/event-log.ts';

/** Hears everything and tells nobody. */
export class Silence extends EventLog {
  override write(): void {}
}
