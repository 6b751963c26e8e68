import { Global, Module } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Limiter } from '../../engine/limiter.ts';
import { PermitStore } from '../../engine/ports/permit-store.ts';
import { Config } from '../config.ts';
import { FailedSignIns } from './failed-sign-ins.ts';
import { HeldBack } from './held-back.ts';
import { SignInPace } from './sign-in-pace.ts';

/** How often each may ask. */
@Global()
@Module({
  providers: [
    {
      provide: Limiter,
      useFactory: (permits: PermitStore, { limits }: Config) => new Limiter(permits, limits),
      inject: [PermitStore, Config],
    },
    // Each holds back its own: a flood of one kind does not speed up the other.
    {
      provide: FailedSignIns,
      useFactory: (limiter: Limiter) => new FailedSignIns(limiter, new HeldBack(sleep)),
      inject: [Limiter],
    },
    {
      provide: SignInPace,
      useFactory: (limiter: Limiter) => new SignInPace(limiter, new HeldBack(sleep)),
      inject: [Limiter],
    },
  ],
  exports: [Limiter, FailedSignIns, SignInPace],
})
export class LimitsModule {}
