import { Module } from '@nestjs/common';
import { AlertIntake } from '../../engine/alert-intake.ts';
import { Doctor } from '../../engine/doctor/doctor.ts';
import { examineAlerts } from '../../engine/doctor/examine-alerts.ts';
import type { Examination } from '../../engine/doctor/examination.ts';
import { examineFlags } from '../../engine/doctor/examine-flags.ts';
import { examineMetrics } from '../../engine/doctor/examine-metrics.ts';
import { examineQueues } from '../../engine/doctor/examine-queues.ts';
import { examineReceived } from '../../engine/doctor/examine-received.ts';
import { examineServices } from '../../engine/doctor/examine-services.ts';
import { examineSets } from '../../engine/doctor/examine-sets.ts';
import { examineState } from '../../engine/doctor/examine-state.ts';
import { examineTargets } from '../../engine/doctor/examine-targets.ts';
import { DocumentSetViews } from '../../engine/document-set-views.ts';
import type { FlagProviders } from '../../engine/effect-executor.ts';
import { InstanceOverview } from '../../engine/instance-overview.ts';
import { AlertInbox } from '../../engine/ports/alert-inbox.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import { ReceivedStore } from '../../engine/ports/received-store.ts';
import { TargetInspection } from '../../engine/target-inspection.ts';
import { AlertsModule } from '../alerts/alerts.module.ts';
import { DocumentsModule } from '../documents/documents.module.ts';
import { DocumentsService } from '../documents/documents.service.ts';
import { EngineModule, flagProviders } from '../engine/engine.module.ts';
import { InstancesModule } from '../instances/instances.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { TargetsModule } from '../targets/targets.module.ts';
import { DoctorController } from './doctor.controller.ts';

/** Whoever asks waits ten seconds for an answer. */
const limitMs = 8_000;

/** Each examination, or those of one world, under a name of its own. */
const of = {
  state: Symbol('state'),
  sets: Symbol('sets'),
  targets: Symbol('targets'),
  metrics: Symbol('metrics'),
  instances: Symbol('instances'),
  alerts: Symbol('alerts'),
};

@Module({
  imports: [
    AlertsModule,
    DocumentsModule,
    EngineModule,
    InstancesModule,
    ProvidersModule,
    TargetsModule,
  ],
  controllers: [DoctorController],
  providers: [
    {
      provide: of.state,
      useFactory: (clock: Clock, fleet: FleetReader) => [
        examineState(clock, Date.now),
        examineQueues(fleet),
      ],
      inject: [Clock, FleetReader],
    },
    {
      provide: of.sets,
      useFactory: (views: DocumentSetViews) => [examineSets(views)],
      inject: [DocumentSetViews],
    },
    {
      provide: of.targets,
      useFactory: (inspection: TargetInspection, documents: DocumentsService) => [
        examineTargets(inspection, (target) => documents.knownFor(target)),
      ],
      inject: [TargetInspection, DocumentsService],
    },
    {
      provide: of.metrics,
      useFactory: (providers: MetricsProviders, clock: Clock, received: ReceivedStore) => [
        examineMetrics(providers, clock),
        examineReceived(received, clock),
      ],
      inject: [MetricsProviders, Clock, ReceivedStore],
    },
    {
      provide: of.instances,
      useFactory: (providers: FlagProviders, overview: InstanceOverview) => [
        examineFlags(providers, overview),
        examineServices(overview),
      ],
      inject: [flagProviders, InstanceOverview],
    },
    {
      provide: of.alerts,
      useFactory: (intake: AlertIntake, inbox: AlertInbox, clock: Clock) => [
        examineAlerts(intake, inbox, clock),
      ],
      inject: [AlertIntake, AlertInbox, Clock],
    },
    {
      provide: Doctor,
      useFactory: (...found: (readonly Examination[])[]) => new Doctor(found.flat(), limitMs),
      inject: Object.values(of),
    },
  ],
})
export class DoctorModule {}
