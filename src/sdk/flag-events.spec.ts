import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clientInStage } from '../../test/support/client-in-stage.ts';
import type { ClientInStage } from '../../test/support/client-in-stage.ts';
import { ManualTiming } from '../../test/support/manual-timing.ts';
import { routeOf } from '../../test/support/route-of.ts';
import type { Route } from '../core/protocol/route.ts';
import { FlagEvents } from './flag-events.ts';
import type { EventLogger } from './flag-events.ts';
import { Telemetry } from './telemetry.ts';

type Event = Parameters<EventLogger['emit']>[0];

let emitted: Event[];
let listening: boolean;
let given: ClientInStage;

const logger: EventLogger = {
  enabled: () => listening,
  emit: (event) => void emitted.push(event),
};

beforeEach(() => {
  emitted = [];
  listening = true;
});

afterEach(async () => {
  await given.client.close();
});

async function start(
  route: Partial<Route> = {},
  contextId: ((unit: string) => string) | null = null,
): Promise<void> {
  const events = new FlagEvents(() => logger, new ManualTiming(), contextId);
  given = await clientInStage('live', route, {}, new Telemetry(() => null, events));
  await given.timing.advance(1_000);
}

function readAs(unit: string | undefined): Promise<string> {
  return given.client.withUnit(unit, () => given.birthdate.read(given.sides));
}

const attributes = () => emitted.map((event) => event.attributes);

describe('the event of a flag evaluation', () => {
  it('says what was decided, why and by which revision, in the words of the convention', async () => {
    await start({ baseStage: 'shadow', share: 100 });
    await readAs('t1');
    expect(emitted).toEqual([
      {
        eventName: 'feature_flag.evaluation',
        severityNumber: 9,
        attributes: {
          'feature_flag.key': 'users-birthdate',
          'feature_flag.provider.name': 'crossfade',
          'feature_flag.result.variant': 'live',
          'feature_flag.result.reason': 'split',
          'feature_flag.version': '5',
        },
      },
    ]);
  });

  it('names no unit, unless the application says how', async () => {
    await start();
    await readAs('acme');
    expect(JSON.stringify(emitted)).not.toContain('acme');
    await given.client.close();
    await start({}, (unit) => `${unit.length} letters`);
    await readAs('acme');
    expect(attributes().at(-1)).toHaveProperty(['feature_flag.context.id'], '4 letters');
    await readAs(undefined);
    expect(attributes().at(-1)).not.toHaveProperty(['feature_flag.context.id']);
  });

  it('comes once for a unit and a revision', async () => {
    await start();
    await readAs('t1');
    await readAs('t1');
    await readAs('t2');
    expect(emitted).toHaveLength(2);
    given.transport.routes = [routeOf({ revision: 6, enabled: false })];
    await given.timing.advance(1_000);
    await readAs('t1');
    expect(attributes()[2]).toMatchObject({
      'feature_flag.version': '6',
      'feature_flag.result.reason': 'disabled',
    });
  });

  it.each([
    [{ pinned: ['t1'] }, 'targeting_match'],
    [{ baseStage: 'complete' }, 'static'],
    [{ enabled: false }, 'disabled'],
  ] as const)('gives the reason of %j as %s', async (route, reason) => {
    await start(route);
    await readAs('t1');
    expect(attributes()).toMatchObject([{ 'feature_flag.result.reason': reason }]);
  });

  it('is an error where the policy refuses calls without a unit', async () => {
    await start({ withoutUnit: 'refuse' });
    await expect(readAs(undefined)).rejects.toMatchObject({ code: 'refused' });
    expect(attributes()).toMatchObject([
      { 'feature_flag.result.reason': 'error', 'error.type': 'targeting_key_missing' },
    ]);
  });

  it('says that the state is stale after a quarter of an hour without contact', async () => {
    await start();
    given.transport.behaviour = 'away';
    await given.timing.advance(15 * 60_000 + 1);
    await readAs('t1');
    expect(attributes()).toMatchObject([{ 'feature_flag.result.reason': 'stale' }]);
  });

  it('comes a hundred times a second at the most, and not at all where nobody listens', async () => {
    await start();
    for (let unit = 0; unit < 150; unit += 1) await readAs(`t${unit}`);
    expect(emitted).toHaveLength(100);
    await given.client.close();
    listening = false;
    await start();
    await readAs('t1');
    expect(emitted).toHaveLength(100);
  });
});
