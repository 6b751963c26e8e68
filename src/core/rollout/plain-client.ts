import type { Side } from '../protocol/route.ts';
import type { ObservedInstance } from './observations.ts';

/** What plain clients poll by unless they say otherwise. Milliseconds. */
const usualIntervalMs = 15_000;

/** An answer that is on its way when the flag changes is the old one: the poll after it counts. */
export const pollsToArrive = 2;

/** After so long without a word a process is taken for gone, as one with our SDK by default. Milliseconds. */
const goneAfterMs = 900_000;

/** A plain flag client that counts answers of a migration's flag, as it was last heard of. */
export interface PlainClient {
  readonly service: string;
  readonly instance: string;
  /** Revision of all flags that its last poll said it holds; null where it says none. */
  readonly held: number | null;
  /** When it last reported that it had asked for the flag. */
  readonly askedAt: number;
  /** How often it polls; null where it does not say. */
  readonly intervalMs: number | null;
  /** So often at the least one hears of it; null where each of its polls is heard. */
  readonly heardMs: number | null;
  readonly lastSeenAt: number;
}

/** The flag that it should hold. */
export interface StandingFlag {
  /** Revision of the route. */
  readonly revision: number;
  /** Revision of all flags at which it became so. */
  readonly since: number;
  readonly changedAt: number;
  readonly safeSide: Side;
}

/** How often it polls, milliseconds. */
export function intervalOf({ intervalMs }: Pick<PlainClient, 'intervalMs'>): number {
  return intervalMs ?? usualIntervalMs;
}

/**
 * Whether it runs the flag as it stands. `served`: a poll said that it holds it. `assumed`, where no
 * poll says so: it has asked for the flag after it had twice its interval to fetch it.
 */
function hasArrivedAt(client: PlainClient, flag: StandingFlag): boolean {
  if (client.held !== null) return client.held >= flag.since;
  return client.askedAt > flag.changedAt + pollsToArrive * intervalOf(client);
}

/** A plain client as an instance that a step and a rollback wait for. */
export function observedClient(client: PlainClient, flag: StandingFlag): ObservedInstance {
  const { service, instance, held, heardMs, lastSeenAt } = client;
  const arrived = hasArrivedAt(client, flag);
  return {
    service,
    instance,
    implements: true,
    revision: arrived ? flag.revision : 0,
    safeSide: arrived ? flag.safeSide : 'old',
    draining: 0,
    lastSeenAt,
    maxStaleMs: goneAfterMs,
    plain: {
      level: held === null ? 'assumed' : 'served',
      intervalMs: intervalOf(client),
      ...(heardMs === null ? {} : { heardMs }),
    },
  };
}
