import { actionOn, rulesOf } from '../alerts/alert-rule.ts';
import type { Context } from '../rollout/context.ts';
import { machine, type Move } from '../rollout/move.ts';
import type { Hold } from '../rollout/rollout.ts';
import { span } from '../span.ts';
import { type Candidate, type Fellow, stormHold, type StormView } from './storm-view.ts';
import { gravest } from './wish.ts';

/** Others by the same provider are waited for so long: what one round of its collector brings, each must have seen. */
const settleMs = 2_000;

/** Of those others, whoever an alert sends back that sends this one back as well. */
export function fellowsByAlert(
  context: Context,
  candidates: readonly Candidate[],
): readonly Fellow[] {
  const alerts = gravest(context);
  return candidates.flatMap(({ alerts: rules, ...one }) => {
    const own = rulesOf({ name: one.policy, ...(rules === undefined ? {} : { alerts: rules }) });
    const shared = alerts.filter((alert) => actionOn(own, alert) === 'rollback');
    const providers = [...new Set(shared.map(({ source }) => `alerts:${source}`))];
    return providers.length === 0 ? [] : [{ ...one, providers }];
  });
}

/**
 * A rollback by the word of a system outside, which several rollouts hear at once, is held and told of; only
 * where nobody else can be meant, or after a time, it is carried out. Every other move is as it was.
 */
export function throughStorm(context: Context, move: Move | null): Move | null {
  const { rollout, observations, now } = context;
  const { storm } = observations;
  if (move?.action !== 'rollback' || rollout.wish === undefined || storm === undefined) return move;
  const waited = now - rollout.wish.since;
  if (waited >= storm.limits.holdMs) return move;
  if (storm.fellows.length + 1 >= storm.limits.atLeast) return holdMove(context, storm);
  // An alert says at once whom it means; what a collector brings comes rollout by rollout.
  const isSettled = waited >= settleMs || rollout.wish.providers.every(isAlerts);
  return storm.isPossible && !isSettled ? null : move;
}

function holdMove(context: Context, storm: StormView): Move | null {
  const { rollout, now } = context;
  if (rollout.hold?.code === stormHold) return null;
  const reason = stormWords(context, storm);
  const hold: Hold = { code: stormHold, reason, since: now };
  return { action: 'hold', by: machine, reason, patch: { hold } };
}

/** What others of its project there are, by name; of other projects only how many. */
function stormWords({ policy, rollout }: Context, { fellows, limits }: StormView): string {
  const own = fellows.filter(({ project }) => project === policy.project).map((one) => one.policy);
  const foreign = fellows.length - own.length;
  const others = [...own, ...(foreign === 0 ? [] : [`${foreign} of other projects`])].join(', ');
  const providers = (rollout.wish?.providers ?? []).map(providerWords).join(' and ');
  return (
    `storm: ${fellows.length + 1} rollouts would go back by the word of ${providers} alone ` +
    `(besides this one ${others}); held for ${span(limits.holdMs)} at the most, unless evidence of its own comes`
  );
}

function isAlerts(provider: string): boolean {
  return provider.startsWith('alerts:');
}

/** `the alerts of grafana`, `provider main of shop`. */
function providerWords(provider: string): string {
  const [kind, name = ''] = provider.split(':', 2);
  if (kind === 'alerts') return `the alerts of ${name}`;
  const [project, one] = name.split('/', 2);
  return `provider ${one ?? name} of ${project}`;
}
