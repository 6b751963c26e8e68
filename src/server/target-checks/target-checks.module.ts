import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { TargetChecksController } from './target-checks.controller.ts';

/** What people ask of a target before they start anything there. */
@Module({ imports: [DocumentsModule, TargetsModule], controllers: [TargetChecksController] })
export class TargetChecksModule {}
