import { Module } from '@nestjs/common';
import { TargetsModule } from '../targets/targets.module.ts';
import { RehearsalsController } from './rehearsals.controller.ts';

/** Tries schema migrations on copies of their tables. */
@Module({ imports: [TargetsModule], controllers: [RehearsalsController] })
export class RehearsalsModule {}
