import { Injectable } from '@nestjs/common';

/** What may be asked to happen now. */
export type Part =
  | 'tick'
  | 'effects'
  | 'flags'
  | 'targets'
  | 'work'
  | 'late work'
  | 'metrics'
  | 'parity'
  | 'forget'
  | 'forget metrics'
  | 'forget ticks'
  | 'forget clients'
  | 'forget alerts'
  | 'forget permits'
  | 'forget sessions'
  | 'forget received'
  | 'followers'
  | 'follow'
  | 'backups'
  | 'protection';

/** Lets any part ask for a beat now instead of at its time. A hint; nothing depends on it. */
@Injectable()
export class Pulse {
  private readonly listeners = new Map<Part, () => void>();

  onHurry(part: Part, listener: () => void): void {
    this.listeners.set(part, listener);
  }

  hurry(part: Part = 'tick'): void {
    this.listeners.get(part)?.();
  }
}
