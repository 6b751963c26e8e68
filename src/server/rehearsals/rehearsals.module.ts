import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { RehearsalsController } from './rehearsals.controller.ts';

/** Tries schema migrations on copies of their tables. */
@Module({ imports: [DocumentsModule, TargetsModule], controllers: [RehearsalsController] })
export class RehearsalsModule {}
