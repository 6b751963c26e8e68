import { Controller, Get } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { For } from '../auth/access.ts';

/** Alive: the process answers. Ready: it can decide, which needs its database. */
@Controller()
@For('anybody')
export class HealthController {
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  async ready(): Promise<{ status: 'ready' }> {
    try {
      await this.clock.now();
    } catch (error) {
      throw new CrossfadeError('unavailable', 'the state database does not answer', {
        cause: error,
      });
    }
    return { status: 'ready' };
  }
}
