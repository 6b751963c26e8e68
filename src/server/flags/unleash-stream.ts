import type { Audience } from '../../core/flags/catalog/audience.ts';
import type { DeltaEvent } from '../../core/flags/catalog/delta-since.ts';
import { deltaSince } from '../../core/flags/catalog/delta-since.ts';
import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import type { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { CatalogStream } from './catalog-stream.ts';
import type { ServedFlags } from './served-flags.ts';

/** Unleash's streaming API: the events of its delta API, pushed. */
export class UnleashStream extends CatalogStream {
  constructor(feed: FlagFeed, served: ServedFlags, heartbeatMs?: number) {
    const delta = (
      catalog: FlagCatalog,
      audience: Audience,
      known: number | null,
    ): readonly DeltaEvent[] =>
      deltaSince(catalog, audience, served.of(catalog).state(audience), known);
    const speech = {
      greeting: (catalog: FlagCatalog, audience: Audience, known: number | null): string =>
        eventOf('unleash-connected', catalog, delta(catalog, audience, known)),
      news: (catalog: FlagCatalog, audience: Audience, known: number): string => {
        const events = delta(catalog, audience, known);
        return events.length === 0 ? '' : eventOf('unleash-updated', catalog, events);
      },
    };
    super(feed, speech, heartbeatMs);
  }
}

function eventOf(name: string, { revision }: FlagCatalog, events: readonly DeltaEvent[]): string {
  return `event: ${name}\nid: ${revision}\ndata: ${JSON.stringify({ events })}\n\n`;
}
