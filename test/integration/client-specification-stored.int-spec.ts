import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import { stateOf } from '../support/apply-events.ts';
import { answerTo, specifications } from '../support/client-specification.ts';
import { evaluatingBy, connectUnleash, untilHeld } from '../support/unleash-sdk.ts';
import { StoredFlags } from '../support/stored-flags.ts';

const environment = 'staging';

let flags: StoredFlags;
let client: Unleash;

beforeAll(async () => {
  flags = await StoredFlags.open();
  await flags.call('PUT', `environments/${environment}`);
  const token = await flags.clientToken(environment);
  client = await connectUnleash(flags.service.url, token, { refreshInterval: 20 });
});

afterAll(async () => {
  client?.destroy();
  await flags.close();
});

describe('flags imported, stored, and read back by the real unleash-client', () => {
  describe.each(specifications)('$name', ({ state, cases }) => {
    beforeAll(async () => {
      await flags.clear();
      const { features, segments } = stateOf(state);
      const document = { version: 2, features, segments };
      await flags.call('POST', `features/import?environment=${environment}`, document);
      await untilHeld(client, features);
    });

    it.each(cases)('$description', (specified) => {
      expect(answerTo(specified, evaluatingBy(client))).toEqual(specified.expectedResult);
    });
  });
});
