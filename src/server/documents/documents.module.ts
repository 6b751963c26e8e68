import { Module } from '@nestjs/common';
import { DocumentSetViews } from '../../engine/document-set-views.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { DocumentSets } from '../../engine/ports/document-sets.ts';
import { FollowStore } from '../../engine/ports/follow-store.ts';
import { built } from '../built.ts';
import { AppliedController } from './applied.controller.ts';
import { DocumentsController } from './documents.controller.ts';
import { RevisionsController } from './revisions.controller.ts';
import { DocumentSetsController } from './document-sets.controller.ts';
import { DocumentSetsService } from './document-sets.service.ts';
import { EngineMetrics } from '../metrics/engine-metrics.ts';
import { DriftGauge } from './drift-gauge.ts';
import { DocumentsService } from './documents.service.ts';
import { PolicyRevisions } from './policy-revisions.ts';

@Module({
  controllers: [
    AppliedController,
    DocumentsController,
    DocumentSetsController,
    RevisionsController,
  ],
  providers: [
    DocumentsService,
    DocumentSetsService,
    PolicyRevisions,
    built(DocumentSetViews, DocumentSets, FollowStore, Clock),
    built(DriftGauge, DocumentSets, EngineMetrics),
  ],
  exports: [DocumentsService, DocumentSetsService, DocumentSetViews, PolicyRevisions],
})
export class DocumentsModule {}
