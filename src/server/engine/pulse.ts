import { Injectable } from '@nestjs/common';

/** Lets any part ask for a tick now instead of at the next beat. A hint; nothing depends on it. */
@Injectable()
export class Pulse {
  private listener: () => void = () => {};

  onHurry(listener: () => void): void {
    this.listener = listener;
  }

  hurry(): void {
    this.listener();
  }
}
