import { createHash } from 'node:crypto';
import type { Audience } from '../../core/flags/catalog/audience.ts';
import { audienceKey } from '../../core/flags/catalog/audience.ts';
import type { FlagCatalog } from '../../core/flags/catalog/flag-catalog.ts';
import { itemsOf } from '../../core/flags/catalog/flag-catalog.ts';
import { servedState } from '../../core/flags/catalog/served-state.ts';
import { FeatureEvaluator } from '../../core/flags/evaluation/evaluate-features.ts';
import type { FeatureState } from '../../core/flags/feature.ts';
import type { Route } from '../../core/protocol/route.ts';
import type { FlagFeed } from '../../engine/ports/flag-feed.ts';
import type { FeatureQuery } from './feature-query.ts';
import { narrowed } from './feature-query.ts';
import { featureDocument } from './feature-document.ts';

/** Answers that are kept ready; more different questions than these are somebody playing. */
const KEPT = 200;

/** An answer that is made once, and sent to whoever asks. */
export interface PreparedAnswer {
  readonly etag: string;
  readonly body: Buffer;
}

/** The catalog as clients are served it: each form of it is made once per change. */
export class ServedFlags {
  readonly #feed: FlagFeed;
  #current: ServedCatalog | null = null;

  constructor(feed: FlagFeed) {
    this.#feed = feed;
  }

  /** The catalog as known; throws `unavailable` when nobody can be sure of it any more. */
  latest(): ServedCatalog | Promise<ServedCatalog> {
    const catalog = this.#feed.latest();
    return catalog instanceof Promise ? catalog.then((it) => this.of(it)) : this.of(catalog);
  }

  of(catalog: FlagCatalog): ServedCatalog {
    if (this.#current?.catalog !== catalog) this.#current = new ServedCatalog(catalog);
    return this.#current;
  }
}

export class ServedCatalog {
  readonly catalog: FlagCatalog;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #states = new Map<string, FeatureState>();
  readonly #evaluators = new Map<string, FeatureEvaluator>();
  readonly #documents = new Map<string, PreparedAnswer>();

  constructor(catalog: FlagCatalog) {
    this.catalog = catalog;
    const routes = itemsOf(catalog, 'route').toSorted((a, b) => a.revision - b.revision);
    this.#routes = new Map(routes.map(({ item }) => [item.route.migration, item.route]));
  }

  /** The route that a flag stands for; null for a flag that people manage. */
  route(flag: string): Route | null {
    return this.#routes.get(flag) ?? null;
  }

  state(audience: Audience): FeatureState {
    return kept(this.#states, audienceKey(audience), () => servedState(this.catalog, audience));
  }

  evaluator(audience: Audience): FeatureEvaluator {
    const key = audienceKey(audience);
    return kept(this.#evaluators, key, () => new FeatureEvaluator(this.state(audience)));
  }

  /** The body of `GET client/features`. */
  document(audience: Audience, query: FeatureQuery): PreparedAnswer {
    const key = `${audienceKey(audience)} ${query.key}`;
    return kept(this.#documents, key, () => {
      const queryHash = createHash('sha256').update(key).digest('hex').slice(0, 16);
      const etag = `"${queryHash}:${this.catalog.revision}:v1"`;
      const state = narrowed(this.catalog, this.state(audience), query);
      const meta = { revisionId: this.catalog.revision, etag, queryHash };
      const document = featureDocument(state, audience, query, meta);
      return { etag, body: Buffer.from(JSON.stringify(document)) };
    });
  }
}

function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const there = known.get(key);
  if (there !== undefined) return there;
  if (known.size >= KEPT) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}
