import type { ReportAnswer } from '../../src/core/protocol/report.ts';
import type { Route } from '../../src/core/protocol/route.ts';
import { Client } from '../../src/sdk/client.ts';
import { Contact } from '../../src/sdk/contact.ts';
import { Decisions } from '../../src/sdk/decisions.ts';
import { FreezeWatch } from '../../src/sdk/freeze-watch.ts';
import { settingsOf } from '../../src/sdk/options.ts';
import { RouteStore } from '../../src/sdk/route-store.ts';
import { systemTiming } from '../../src/sdk/timing.ts';
import type { Reply, Transport } from '../../src/sdk/transport.ts';
import { Warnings } from '../../src/sdk/warnings.ts';
import { routeOf } from '../../test/support/route-of.ts';
import { nameOf } from './flags.ts';

/** A loop that measures blocks the process, which is no freeze. */
const freezeAfterMs = 3_600_000;

const unheard = new Warnings((message) => {
  throw new Error(message);
});

/** What the SDK does to decide for a unit, with so many migrations of which half the units are canaries. */
export function ourDecisions(flags: number): Decisions {
  const routes = new RouteStore(unheard, () => {});
  const contact = new Contact(systemTiming, 1_000);
  const freeze = new FreezeWatch(systemTiming, freezeAfterMs, () => {});
  const all = Array.from({ length: flags }, (_, n) =>
    routeOf({ migration: nameOf(n), groupId: nameOf(n), share: 50 }),
  );
  for (const { migration } of all) routes.declare(migration);
  routes.apply(all);
  contact.answered(systemTiming.monotonicMs());
  const confirm = (): Promise<boolean> => Promise.resolve(true);
  const sources = { timing: systemTiming, routes, contact, freeze, rows: null, confirm };
  return new Decisions(sources, 3_600_000);
}

/** Crossfade, as an answer without a network, that keeps nothing. */
class Answering implements Transport {
  readonly #answer: ReportAnswer;

  constructor(routes: readonly Route[]) {
    this.#answer = { routes };
  }

  report(): Promise<Reply> {
    return Promise.resolve({ status: 200, body: JSON.stringify(this.#answer) });
  }

  stream(): () => void {
    return () => {};
  }

  close(): void {}
}

/** The whole client, connected, at a route by which all units are in one stage. */
export async function ourClient(
  stage: 'shadow' | 'live',
  shadowSample: number,
  comparisonsAtOnce = 4,
): Promise<Client> {
  const route = routeOf({
    migration: nameOf(0),
    baseStage: stage,
    canaryStage: stage,
    shadowSample,
  });
  const options = { url: 'http://127.0.0.1:9', token: 't', service: 's' };
  const settings = settingsOf({ ...options, freezeAfterMs, comparisonsAtOnce });
  const client = new Client(settings, systemTiming, new Answering([route]));
  client.migration(nameOf(0));
  await client.ready();
  return client;
}
