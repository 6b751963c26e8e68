import { lossyDowns } from '../schema-migration/lossy-down.ts';
import { nearBorder } from '../schema-migration/border-watch.ts';
import { borderWords, returnBorders } from '../schema-migration/return-borders.ts';
import type { Measurement } from '../judge/measurement.ts';
import { approvalOf, type Step, stepName } from '../policy/step.ts';
import type { InstanceView, RolloutView } from '../protocol/rollout-view.ts';
import { alertName } from '../alerts/alert.ts';
import { heededAlerts } from './alert-moves.ts';
import { approvalView } from './approval-view.ts';
import { confirmedOf, isSilent } from './arrival.ts';
import { concerning, type Context } from './context.ts';
import { drillView } from './drill-view.ts';
import { noWayBack } from './no-return.ts';
import { standingOverrides } from './override.ts';
import { weigh } from './command-moves.ts';
import { type ObservedInstance, type Verb, verbs } from './observations.ts';
import { isTerminal } from './phase.ts';
import { pointOfNoReturn } from './point-of-no-return.ts';
import { aheadView, waiting } from './queue.ts';
import { rollbackWaits } from './rollback-moves.ts';
import { exitGate } from './step-gate.ts';
import { exposureOf } from './wanted-route.ts';

/** One rollout as people are shown it, from exactly what a decision would be made from. */
export function viewRollout(world: Context): RolloutView {
  const context = concerning(world);
  const { policy, rollout, observations, now } = context;
  const { flag } = observations;
  const revision = flag?.route.revision ?? 0;
  return {
    id: rollout.id,
    policy: policy.name,
    project: policy.project,
    policyRevision: policy.revision,
    ...(rollout.rebased === undefined ? {} : { rebased: rollout.rebased }),
    attempt: rollout.attempt,
    phase: rollout.phase,
    stepIndex: rollout.step.index,
    steps: policy.steps.map(stepView),
    stepEnteredAt: rollout.step.enteredAt,
    stepSettledAt: rollout.step.settledAt,
    waitingFor: waitingFor(context),
    hold: rollout.hold,
    stop: rollout.stop,
    rollback: rollout.rollback,
    quarantined: rollout.quarantined ?? [],
    ...(policy.route === undefined ? {} : { route: policy.route }),
    ...alertsView(context),
    ...(observations.oldUse === undefined ? {} : { oldUse: observations.oldUse.users }),
    ...overridesView(context),
    ...aheadView(context),
    ...approvalView(context),
    ...drillView(rollout),
    ...pointOfNoReturn(policy),
    exposure: exposureView(context),
    flag:
      flag === null
        ? null
        : {
            name: policy.flag.name,
            enabled: flag.route.enabled,
            revision,
            changedBy: flag.changedBy,
            changedAt: flag.changedAt,
          },
    services: policy.services.map((service) => ({
      ...service,
      confirmed: confirmedOf(observations.instances, service.name, revision, now),
    })),
    instances: observations.instances.map((instance) => instanceView(instance, revision, now)),
    guards: observations.measurements as Measurement[],
    jobs: observations.jobs,
    history: { seconds: observations.history.seconds, units: observations.history.units },
    can: verbs.filter((verb) => isAllowed(context, verb, revision)),
    reversible: noWayBack(context) === null,
    reversibleWhile: returnBorders(policy.schemaMigration).map(borderWords),
    ...bordersView(context),
    lossy: lossyDowns(policy.schemaMigration),
    startedAt: rollout.startedAt,
    endedAt: rollout.endedAt,
    now,
  };
}

function bordersView({ observations, now }: Context): Pick<RolloutView, 'borders'> {
  const { borders = [] } = observations;
  if (borders.length === 0) return {};
  return {
    borders: borders.map((track) => ({
      place: track.place,
      value: track.samples.at(-1)?.value ?? null,
      bound: track.bound,
      passesAt: track.passesAt,
      near: nearBorder([track], now) !== null,
      ...(track.unseen === undefined ? {} : { unseen: track.unseen }),
    })),
  };
}

function stepView(step: Step): RolloutView['steps'][number] {
  return { name: stepName(step), kind: step.kind, ...bakeOf(step), ...approverOf(step) };
}

function bakeOf(step: Step): { readonly bakeMs?: number } {
  if (step.kind === 'soak') return { bakeMs: step.forMs };
  return 'bakeMs' in step ? { bakeMs: step.bakeMs } : {};
}

function approverOf(step: Step): Pick<RolloutView['steps'][number], 'approval'> {
  const approval = approvalOf(step);
  return approval === undefined ? {} : { approval };
}

/** Asked of what answers commands itself: a button that is shown is one that works. */
function isAllowed(context: Context, verb: Verb, flagRevision: number): boolean {
  // Who may is another question, which the server asks of each person.
  const anybody = { by: '', ...(verb === 'approve' ? { actor: '', role: 'admin' as const } : {}) };
  const command = { id: '', verb, ...anybody, reason: null, at: context.now, flagRevision };
  return 'move' in weigh(context, command);
}

function alertsView(context: Context): Pick<RolloutView, 'alerts'> {
  const heeded = isTerminal(context.rollout.phase) ? [] : heededAlerts(context);
  if (heeded.length === 0) return {};
  const alerts = heeded.map(({ alert, action, dismissed }) => {
    const { id, source, summary, startsAt, link } = alert;
    const said = dismissed === undefined ? {} : { dismissed };
    return { id, name: alertName(alert), source, action, summary, startsAt, link, ...said };
  });
  return { alerts };
}

function overridesView({ rollout, now }: Context): Pick<RolloutView, 'overrides'> {
  const overrides = isTerminal(rollout.phase) ? [] : standingOverrides(rollout, now);
  return overrides.length === 0 ? {} : { overrides };
}

function waitingFor(context: Context): string | null {
  const { phase, rollback } = context.rollout;
  if (phase === 'pending') return waiting(context)?.reason ?? null;
  if (phase === 'rolling_back' && rollback !== null) return rollbackWaits(context, rollback);
  if (phase !== 'running') return null;
  const gate = exitGate(context);
  return gate.kind === 'passed' ? null : gate.reason;
}

/** How far units are exposed: as wanted, as the flag says, and as instances have acknowledged. */
export function exposureView(context: Context): RolloutView['exposure'] {
  const { rollout, observations, now } = context;
  const { flag } = observations;
  const set = flag === null ? null : flag.route.enabled ? exposureOf(flag.route) : 0;
  const arrived =
    flag !== null &&
    observations.instances.every(
      (instance) =>
        !instance.implements ||
        (instance.revision >= flag.route.revision && !isSilent(instance, now)),
    );
  return {
    wanted: exposureOf(rollout.route.spec),
    set,
    acknowledged: arrived ? (set ?? 0) : 0,
    peak: rollout.exposurePeak,
  };
}

/** @param revision of the flag as it stands */
export function instanceView(
  instance: ObservedInstance,
  revision: number,
  now: number,
): InstanceView {
  const { service, instance: name, safeSide, lastSeenAt } = instance;
  const level = !instance.implements
    ? 'notImplemented'
    : isSilent(instance, now)
      ? 'silent'
      : instance.revision >= revision
        ? (instance.plain?.level ?? 'confirmed')
        : 'behind';
  return {
    service,
    instance: name,
    implements: instance.implements,
    revision: instance.revision,
    safeSide,
    level,
    lastSeenAt,
  };
}
