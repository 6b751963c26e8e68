import { Module } from '@nestjs/common';
import { GrafanaNotifier } from '../../adapters/grafana/grafana-notifier.ts';
import type { Reach } from '../../adapters/outbound/refuse-address.ts';
import { PrometheusProvider } from '../../adapters/prometheus/prometheus-provider.ts';
import { SlackNotifier } from '../../adapters/slack/slack-notifier.ts';
import { WebhookNotifier } from '../../adapters/webhook/webhook-notifier.ts';
import { Clock } from '../../engine/ports/clock.ts';
import { DocumentStore } from '../../engine/ports/document-store.ts';
import { ObservedProviders } from '../../engine/observed-providers.ts';
import { EventLog } from '../../engine/ports/event-log.ts';
import { MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import { type Notifier, Notifiers } from '../../engine/ports/notifier.ts';
import { Config } from '../config.ts';
import { DocumentedNotifiers, type NotifierAddress } from './documented-notifiers.ts';
import { DocumentedProviders } from './documented-providers.ts';

/** What a document may not widen: where connections go is for who runs the server. */
function reachOf({ privateNetworks }: Config): Pick<Reach, 'privateNetworks'> {
  return { privateNetworks };
}

function notifierAt(address: NotifierAddress & Reach, config: Config, clock: Clock): Notifier {
  const pageOf = (policy: string): string | null => config.pageOf(policy);
  switch (address.kind) {
    case 'slack':
      return new SlackNotifier({ ...address, pageOf });
    case 'webhook':
      return new WebhookNotifier({ ...address, pageOf }, clock);
    case 'grafana':
      return new GrafanaNotifier(address);
  }
}

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
            (address) => new PrometheusProvider({ ...address, ...reachOf(config) }),
          ),
          events,
        ),
      inject: [DocumentStore, Config, EventLog],
    },
    {
      provide: Notifiers,
      useFactory: (documents: DocumentStore, config: Config, clock: Clock) =>
        new DocumentedNotifiers(
          documents,
          (variable) => config.secret(variable),
          (address) => notifierAt({ ...address, ...reachOf(config) }, config, clock),
        ),
      inject: [DocumentStore, Config, Clock],
    },
  ],
  exports: [MetricsProviders, Notifiers],
})
export class ProvidersModule {}
