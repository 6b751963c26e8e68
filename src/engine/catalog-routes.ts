import { routesOf } from '../core/flags/catalog/flag-catalog.ts';
import type { Route } from '../core/protocol/route.ts';
import type { FlagFeed } from './ports/flag-feed.ts';
import { RouteFeed } from './ports/route-feed.ts';

/** The routes in the catalog, for those who serve them to our own SDK. */
export class CatalogRoutes extends RouteFeed {
  readonly #feed: FlagFeed;

  constructor(feed: FlagFeed) {
    super();
    this.#feed = feed;
  }

  async routes(): Promise<readonly Route[]> {
    return routesOf(await this.#feed.catalog());
  }

  subscribe(listener: (routes: readonly Route[]) => void): () => void {
    return this.#feed.subscribe((catalog) => listener(routesOf(catalog)));
  }
}
