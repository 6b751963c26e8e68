import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { RolloutsController } from './rollouts.controller.ts';

@Module({ imports: [EngineModule, DocumentsModule], controllers: [RolloutsController] })
export class RolloutsModule {}
