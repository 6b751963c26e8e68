import { deltaSince } from '../../core/flags/catalog/delta-since.ts';
import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import type { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { CatalogStream } from '../flags/catalog-stream.ts';
import type { ServedFlags } from '../flags/served-flags.ts';

/**
 * OFREP's event stream: it says that flags have changed, and clients ask for them again. Who joins
 * without holding the present revision is told at once: something may have changed on the way.
 */
export class OfrepStream extends CatalogStream {
  constructor(feed: FlagFeed, served: ServedFlags, heartbeatMs?: number) {
    super(
      feed,
      {
        greeting: (catalog, _audience, known) =>
          known === catalog.revision ? ':\n\n' : refetch(catalog),
        news: (catalog, audience, known) => {
          const state = served.of(catalog).state(audience);
          return deltaSince(catalog, audience, state, known).length === 0 ? '' : refetch(catalog);
        },
      },
      heartbeatMs,
    );
  }
}

function refetch({ revision, entries }: FlagCatalog): string {
  const newest = Math.max(0, ...[...entries.values()].map(({ changedAt }) => changedAt));
  const data = {
    type: 'refetchEvaluation',
    etag: `"${revision}"`,
    lastModified: Math.floor(newest / 1000),
  };
  return `event: message\nid: ${revision}\ndata: ${JSON.stringify(data)}\n\n`;
}
