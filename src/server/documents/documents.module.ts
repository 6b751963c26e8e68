import { Module } from '@nestjs/common';
import { AppliedController } from './applied.controller.ts';
import { DocumentsController } from './documents.controller.ts';
import { RevisionsController } from './revisions.controller.ts';
import { DocumentsService } from './documents.service.ts';

@Module({
  controllers: [AppliedController, DocumentsController, RevisionsController],
  providers: [DocumentsService],
  exports: [DocumentsService],
})
export class DocumentsModule {}
