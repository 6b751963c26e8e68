import { everyProject, holds, type Roles } from '../core/access/role.ts';
import { stepName } from '../core/policy/step.ts';
import type { FleetPage, FleetRow } from '../core/protocol/fleet-page.ts';
import { fleetPage, type FleetQuery } from '../core/rollout/fleet-page.ts';
import type { ChangeFeed } from './ports/change-feed.ts';
import type { Clock } from './ports/clock.ts';
import type { Fleet, FleetMember, FleetReader } from './ports/fleet-reader.ts';

/** More rollouts than this are looked up by their names. */
const mostRollouts = 5_000;

/** What ended longer ago is looked up by its name. Milliseconds. */
const endedForMs = 90 * 24 * 3_600_000;

/** What was acknowledged moves without a change that anybody announces. Milliseconds. */
const keptMs = 2_000;

interface Kept {
  readonly at: number;
  readonly fleet: Promise<Fleet>;
}

/** All rollouts in one list: read once for all who look at it, and anew after a change. */
export class FleetOverview {
  readonly #reader: FleetReader;
  readonly #clock: Clock;
  #kept: Kept | null = null;

  constructor(reader: FleetReader, changes: ChangeFeed, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
    const forget = (): void => {
      this.#kept = null;
    };
    changes.subscribe({ changed: forget, missed: forget, confirmed: () => undefined });
  }

  /** The part of the fleet that is asked for, of what these roles may see. */
  async page(query: FleetQuery, roles: Roles): Promise<FleetPage> {
    const now = await this.#clock.now();
    const { members, leftOut } = await this.#fleet(now);
    const seen = members.filter(({ project }) => holds(roles, 'viewer', project));
    const seesAll = holds(roles, 'viewer', everyProject);
    return { ...fleetPage(seen.map(rowOf), query), leftOut: seesAll ? leftOut : 0, now };
  }

  #fleet(now: number): Promise<Fleet> {
    if (this.#kept !== null && now - this.#kept.at < keptMs) return this.#kept.fleet;
    const kept = { at: now, fleet: this.#reader.read(mostRollouts, endedForMs) };
    this.#kept = kept;
    kept.fleet.catch(() => {
      if (this.#kept === kept) this.#kept = null;
    });
    return kept.fleet;
  }
}

function rowOf({
  project,
  rollout,
  steps,
  current,
  routed,
  figures,
  ...rest
}: FleetMember): FleetRow {
  const { id, policy, attempt, phase, hold, stop, startedAt, endedAt, step, rollback } = rollout;
  const exposure = figures === null || !routed ? null : figures.exposure;
  return {
    id,
    policy,
    project,
    attempt,
    phase,
    hold,
    stop,
    startedAt,
    endedAt,
    stepIndex: step.index,
    stepName: current === null ? '' : stepName(current),
    steps,
    stepEnteredAt: step.enteredAt,
    rollback: rollback === null ? null : { cause: rollback.cause, by: rollback.by },
    exposure:
      exposure === null ? null : { wanted: exposure.wanted, acknowledged: exposure.acknowledged },
    lastDecision: rest.lastDecision,
  };
}
