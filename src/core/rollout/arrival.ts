import type { ServiceRequirement } from '../policy/policy.ts';
import { pollsToArrive } from './plain-client.ts';
import type { ObservedInstance } from './observations.ts';

/** An instance reports every second; three missed reports make it silent. Milliseconds. */
export const silentAfterMs = 3_000;

/** Three missed polls make a plain client silent as well. */
const pollsMissed = 3;

type Heard = Pick<NonNullable<ObservedInstance['plain']>, 'intervalMs' | 'heardMs'>;

/** Whether a revision is run by everybody who should run it. */
export interface Arrival {
  readonly arrived: boolean;
  /** Who is missing, in words; empty when arrived. */
  readonly waiting: readonly string[];
}

export function isSilent(instance: ObservedInstance, now: number): boolean {
  return now - instance.lastSeenAt > silenceOf(instance);
}

function silenceOf({ plain }: ObservedInstance): number {
  return plain === undefined ? silentAfterMs : plainSilentAfter(plain);
}

/** Of a plain client that polls, or is heard of, this often. Milliseconds. */
export function plainSilentAfter({ intervalMs, heardMs = 0 }: Heard): number {
  return Math.max(silentAfterMs, pollsMissed * Math.max(intervalMs, heardMs));
}

/** How long it may take at most until those who poll are known to have a change; 0 where nobody does. Milliseconds. */
export function slowestPoll(instances: readonly ObservedInstance[]): number {
  const spans = instances.map(({ plain }) =>
    plain === undefined ? 0 : pollsToArrive * plain.intervalMs + (plain.heardMs ?? 0),
  );
  return Math.max(0, ...spans);
}

/** True once a silent process can no longer be serving its last state (DESIGN §9). */
export function isGone(instance: ObservedInstance, now: number): boolean {
  return now - instance.lastSeenAt > goneAfter(instance);
}

function goneAfter(instance: ObservedInstance): number {
  return instance.maxStaleMs + silenceOf(instance);
}

/** Instances that may still act on a route: those that implement the migration and are not gone. */
function actors(instances: readonly ObservedInstance[], now: number): readonly ObservedInstance[] {
  return instances.filter((instance) => instance.implements && !isGone(instance, now));
}

/**
 * Every known instance runs `revision` or a later one. A silent instance has not arrived, whatever
 * it said last: it may be frozen and wake up. It is named.
 */
export function everyInstanceRuns(
  instances: readonly ObservedInstance[],
  revision: number,
  now: number,
): Arrival {
  const waiting = actors(instances, now)
    .filter((instance) => instance.revision < revision || isSilent(instance, now))
    .map((instance) => missing(instance, now));
  return { arrived: waiting.length === 0, waiting };
}

/** As above, and each service has the instances it should have at the least (DESIGN §9). */
export function everyServiceRuns(
  instances: readonly ObservedInstance[],
  services: readonly ServiceRequirement[],
  revision: number,
  now: number,
): Arrival {
  const fewer = services
    .map((service) => ({ service, count: confirmedOf(instances, service.name, revision, now) }))
    .filter(({ service, count }) => count < service.atLeast)
    .map(
      ({ service, count }) =>
        `${service.name} ${count}/${service.atLeast} run revision ${revision}`,
    );
  const others = everyInstanceRuns(instances, revision, now);
  const waiting = [...fewer, ...others.waiting];
  return { arrived: waiting.length === 0, waiting };
}

/** Live instances of a service that implement the migration and run the revision. */
export function confirmedOf(
  instances: readonly ObservedInstance[],
  service: string,
  revision: number,
  now: number,
): number {
  return instances.filter(
    (instance) =>
      instance.service === service &&
      instance.implements &&
      instance.revision >= revision &&
      !isSilent(instance, now),
  ).length;
}

/** Work decided under an older revision and still running on the new side. */
export function stillDraining(
  instances: readonly ObservedInstance[],
  now: number,
): readonly string[] {
  const running = actors(instances, now)
    .filter((instance) => instance.draining > 0)
    .map((instance) => `${instance.instance} has ${instance.draining} operations to finish`);
  const outliving = instances
    .map((instance) => ({ instance, leftMs: outlivesFor(instance, now) }))
    .filter(({ leftMs }) => leftMs > 0)
    .map(
      ({ instance: { instance }, leftMs }) =>
        `${instance} is gone, and what it sent to the new side may run for another ${Math.ceil(leftMs / 1000)} s`,
    );
  return [...running, ...outliving];
}

/** Of one that is gone: how long what it decided may still run elsewhere. Milliseconds. */
function outlivesFor(instance: ObservedInstance, now: number): number {
  if (!instance.implements || !isGone(instance, now)) return 0;
  return instance.lastSeenAt + goneAfter(instance) + (instance.drainMs ?? 0) - now;
}

function missing(instance: ObservedInstance, now: number): string {
  if (isSilent(instance, now)) {
    const seconds = Math.round((now - instance.lastSeenAt) / 1000);
    const gone = Math.ceil(goneAfter(instance) / 1000);
    return `${instance.instance} is silent for ${seconds} s, and counts as gone after ${gone} s`;
  }
  if (instance.plain !== undefined) {
    return `${instance.instance} has not fetched the flag as it stands (${instance.plain.level})`;
  }
  return `${instance.instance} runs revision ${instance.revision}`;
}
