import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import type { VariantAnswer } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../src/core/flags/evaluation/evaluation-context.ts';
import type { FeatureState } from '../../src/core/flags/feature.ts';
import { stateOf } from '../support/apply-events.ts';
import { answerTo, type Evaluating, specifications } from '../support/client-specification.ts';
import { startFlagService } from '../support/flag-service.ts';
import type { FlagService } from '../support/flag-service.ts';
import { MemoryFlagFeed } from '../support/memory-flag-feed.ts';
import { MemoryTokenStore } from '../support/memory-token-store.ts';
import { connectUnleash, evaluatingBy, untilHeld } from '../support/unleash-sdk.ts';

const environment = 'development';
const audience = { environment, projects: '*' } as const;
const clientToken = `*:${environment}.a-secret-of-a-server`;
const frontendToken = `*:${environment}.a-secret-of-a-browser`;

let feed: MemoryFlagFeed;
let service: FlagService;
let clients: Unleash[] = [];

beforeAll(async () => {
  feed = new MemoryFlagFeed();
  const tokens = new MemoryTokenStore();
  const token = { name: 'specification', audience, expiresAt: null };
  await tokens.admit({ ...token, scope: 'client' }, clientToken);
  await tokens.admit({ ...token, scope: 'frontend' }, frontendToken);
  service = await startFlagService(feed, { tokens });
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await service.stop();
});

/** All flags of a state, none of them as it should be. */
function upsideDown({ features, segments }: FeatureState): FeatureState {
  return {
    features: features.map((feature) => ({
      ...feature,
      enabled: !feature.enabled,
      strategies: [],
    })),
    segments: segments.map((segment) => ({ ...segment, constraints: [] })),
  };
}

/** The ways to a state: all at once, or by many changes that each client must follow. */
function* steps(state: FeatureState): Generator<FeatureState> {
  const wrong = upsideDown(state);
  yield wrong;
  for (const at of state.features.keys()) {
    const features = [...state.features.slice(0, at), ...wrong.features.slice(at)];
    yield { features, segments: wrong.segments };
  }
  yield { features: state.features.slice(1), segments: state.segments };
}

describe.each([
  ['as given', {}, false],
  ['as deltas that are polled', { experimentalMode: { type: 'polling', format: 'delta' } }, true],
  ['as deltas that are pushed', { experimentalMode: { type: 'streaming' } }, true],
] as const)('flags served %s to the real unleash-client', (_mode, config, inSteps) => {
  let client: Unleash;
  const modes: unknown[] = [];

  beforeAll(async () => {
    client = await connectUnleash(service.url, clientToken, { ...config, refreshInterval: 20 });
    client.on('mode', (change) => modes.push(change));
    clients.push(client);
  });

  describe.each(specifications)('$name', ({ state, cases }) => {
    beforeAll(async () => {
      for (const step of inSteps ? steps(stateOf(state)) : []) feed.serve(step, [environment]);
      feed.serve(stateOf(state), [environment]);
      await untilHeld(client, stateOf(state).features);
    });

    it.each(cases)('$description', (specified) => {
      expect(answerTo(specified, evaluatingBy(client))).toEqual(specified.expectedResult);
    });
  });

  it('never made the client fall back', () => expect(modes).toEqual([]));
});

describe('flags evaluated by the server, for the frontend API', () => {
  async function toggles(context: EvaluationContext): Promise<ReadonlyMap<string, VariantAnswer>> {
    const response = await fetch(`${service.url}/api/frontend`, {
      method: 'POST',
      headers: { authorization: frontendToken, 'content-type': 'application/json' },
      // A client that names no address has that of its request; the specification means none.
      body: JSON.stringify({ context: { remoteAddress: '', ...context } }),
    });
    expect(response.status).toBe(200);
    const body = (await response.json()) as { toggles: { name: string; variant: VariantAnswer }[] };
    return new Map(body.toggles.map(({ name, variant }) => [name, variant]));
  }

  describe.each(specifications)('$name', ({ state, cases }) => {
    beforeAll(() => feed.serve(stateOf(state), [environment]));

    it.each(cases)('$description', async (specified) => {
      const seen = await toggles(specified.context);
      const off = { name: 'disabled', enabled: false, feature_enabled: false };
      const ours: Evaluating = {
        isEnabled: (flag) => seen.has(flag),
        getVariant: (flag) => seen.get(flag) ?? off,
      };
      expect(answerTo(specified, ours)).toEqual(specified.expectedResult);
    });
  });
});
