import { Module } from '@nestjs/common';
import { EngineModule } from '../engine/engine.module.ts';
import { SdkController } from './sdk.controller.ts';
import { SdkService } from './sdk.service.ts';

@Module({ imports: [EngineModule], controllers: [SdkController], providers: [SdkService] })
export class SdkModule {}
