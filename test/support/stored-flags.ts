import { PostgresFeatureStore } from '../../src/adapters/postgres/postgres-feature-store.ts';
import { PostgresFlagFeed } from '../../src/adapters/postgres/postgres-flag-feed.ts';
import { PostgresFlagProvider } from '../../src/adapters/postgres/postgres-flag-provider.ts';
import { PostgresInstanceRegistry } from '../../src/adapters/postgres/postgres-instance-registry.ts';
import { PostgresTokenStore } from '../../src/adapters/postgres/postgres-token-store.ts';
import type { RouteSpec } from '../../src/core/protocol/route.ts';
import { startFlagService } from './flag-service.ts';
import type { FlagService } from './flag-service.ts';
import { createStateDatabase, type StateDatabase } from './state-database.ts';

/** What a call of the management API came to. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The flag service on a database of its own, with an admin who manages its flags over HTTP. */
export class StoredFlags {
  readonly service: FlagService;
  readonly state: StateDatabase;
  readonly feed: PostgresFlagFeed;
  readonly registry: PostgresInstanceRegistry;
  readonly #admin: string;
  #version = 0;

  private constructor(
    service: FlagService,
    state: StateDatabase,
    feed: PostgresFlagFeed,
    admin: string,
  ) {
    this.service = service;
    this.state = state;
    this.feed = feed;
    this.registry = new PostgresInstanceRegistry(state.source);
    this.#admin = admin;
  }

  static async open(): Promise<StoredFlags> {
    const state = await createStateDatabase();
    const feed = new PostgresFlagFeed(state.source, state.url);
    await feed.open();
    const tokens = new PostgresTokenStore(state.source);
    const features = new PostgresFeatureStore(state.source);
    const registry = new PostgresInstanceRegistry(state.source);
    const service = await startFlagService(feed, { tokens, features, registry });
    return new StoredFlags(service, state, feed, await tokens.create('admin'));
  }

  async close(): Promise<void> {
    await this.service.stop();
    await this.feed.close();
    await this.state.close();
  }

  /** Sends a request to the management API; any answer is one. */
  async call<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.service.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#admin}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === '' ? null : JSON.parse(text)) as Body;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Serves a rollout's route under a flag's name, as the effect executor would write it. */
  async showRoute(name: string, spec: RouteSpec): Promise<void> {
    this.#version += 1;
    const wanted = { name, spec, version: this.#version, enable: true };
    await new PostgresFlagProvider(this.state.source).set(wanted);
    await this.feed.catalog();
  }

  /** Takes away all flags and segments of people. */
  async clear(): Promise<void> {
    const { body } = await this.call<{ features: { name: string }[] }>('GET', 'features');
    for (const { name } of body.features) {
      await this.call('DELETE', `features/${encodeURIComponent(name)}`);
    }
    const { body: rest } = await this.call<{ segments: { id: number }[] }>('GET', 'segments');
    for (const { id } of rest.segments) await this.call('DELETE', `segments/${id}`);
  }

  /** A token of a flag client for all projects of an environment. */
  async clientToken(environment: string, scope: 'client' | 'frontend' = 'client'): Promise<string> {
    const asked = { scope, name: 'spec', environment, projects: '*' };
    const { body } = await this.call<{ token: string }>('POST', 'client-tokens', asked);
    return body.token;
  }
}
