import { Global, Module } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Limiter } from '../../engine/limiter.ts';
import { PermitStore } from '../../engine/ports/permit-store.ts';
import { Config } from '../config.ts';
import { FailedSignIns } from './failed-sign-ins.ts';

/** How often each may ask. */
@Global()
@Module({
  providers: [
    {
      provide: Limiter,
      useFactory: (permits: PermitStore, { limits }: Config) => new Limiter(permits, limits),
      inject: [PermitStore, Config],
    },
    {
      provide: FailedSignIns,
      useFactory: (limiter: Limiter) =>
        new FailedSignIns(limiter, (milliseconds) => sleep(milliseconds)),
      inject: [Limiter],
    },
  ],
  exports: [Limiter, FailedSignIns],
})
export class LimitsModule {}
