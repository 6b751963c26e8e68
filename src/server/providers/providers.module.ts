import { Module } from '@nestjs/common';
import { PrometheusProvider } from '../../adapters/prometheus/prometheus-provider.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { ObservedProviders } from '../../engine/observed-providers.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import { Config } from '../config.ts';
import { DocumentedProviders } from './documented-providers.ts';

/** The other systems that documents declare. */
@Module({
  providers: [
    {
      provide: MetricsProviders,
      useFactory: (documents: DocumentStore, config: Config, events: EventLog) =>
        new ObservedProviders(
          new DocumentedProviders(
            documents,
            (variable) => config.secret(variable),
            (address) => new PrometheusProvider(address),
          ),
          events,
        ),
      inject: [DocumentStore, Config, EventLog],
    },
  ],
  exports: [MetricsProviders],
})
export class ProvidersModule {}
