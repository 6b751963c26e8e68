import type { FiringAlert } from '../alerts/alert.ts';
import { isMetricGuard, isSourcedGuard } from '../policy/guard.ts';
import { heededAlerts } from '../rollout/alert-moves.ts';
import type { Context } from '../rollout/context.ts';
import { failures } from '../rollout/harm.ts';
import type { Wish } from '../rollout/rollout.ts';
import { stormHold } from './storm-view.ts';

/**
 * The systems outside by whose word alone a rollout would go back now, each as `alerts:SOURCE` or
 * `metrics:PROJECT/PROVIDER`; none where nothing wants it back, and where it has evidence of its own: the SDK's
 * counts of old against new, what Crossfade sees on the target itself, or an alert that names this rollout alone.
 */
export function blamedProviders(context: Context): readonly string[] {
  const { phase } = context.rollout;
  if (phase !== 'running' && phase !== 'paused') return [];
  const alerts = gravest(context);
  if (alerts.some((alert) => namesOnly(context, alert))) return [];
  const harmful = failures(context).filter(({ action }) => action === 'rollback');
  const guards = harmful.map(({ measurement }) => providerOf(context, measurement.guard));
  const found = [
    ...alerts.map(({ source }) => `alerts:${source}`),
    ...(harmful.length + alerts.length === 0 ? silent(context) : guards),
  ];
  const providers = found.flatMap((provider) => provider ?? []);
  return providers.length < found.length ? [] : [...new Set(providers)].toSorted();
}

/** The alerts by which it would go back. */
export function gravest(context: Context): readonly FiringAlert[] {
  const answeredAt = context.rollout.alertsAnsweredAt ?? 0;
  return heededAlerts(context).flatMap(({ alert, action }) =>
    action === 'rollback' && alert.heardAt > answeredAt ? [alert] : [],
  );
}

function namesOnly({ policy, rollout }: Context, { labels }: FiringAlert): boolean {
  return labels['rollout'] === policy.name || labels['rollout'] === rollout.id;
}

/** Where silence is harm: whoever does not answer. */
function silent({ policy, observations, ...rest }: Context): readonly (string | null)[] {
  if (policy.onNoData !== 'rollback') return [];
  return observations.measurements
    .filter(({ verdict }) => verdict === 'noData' || verdict === 'providerError')
    .map(({ guard }) => providerOf({ policy, observations, ...rest }, guard));
}

/** Who measures it; null where Crossfade or its SDK does. */
function providerOf({ policy }: Context, name: string): string | null {
  const guard = policy.guards.find((one) => one.name === name);
  if (guard === undefined) return null;
  if (isMetricGuard(guard)) return `metrics:${policy.project}/${guard.provider}`;
  if (!isSourcedGuard(guard) || !('provider' in guard.source)) return null;
  return `metrics:${policy.project}/${guard.source.provider}`;
}

/** Notes since when it would go back by the word of which systems; the moment stays while the wish does. */
export function noteWish(context: Context): Context['rollout'] {
  const { rollout, now } = context;
  if (rollout.phase !== 'running' && rollout.phase !== 'paused') return rollout;
  const providers = blamedProviders(context);
  if (providers.length === 0) return withoutWish(rollout);
  const wish: Wish = { providers, since: rollout.wish?.since ?? now };
  return { ...rollout, wish };
}

/** What is paused cannot lift a hold by a decision: the storm that held it is over with its wish. */
function withoutWish(rollout: Context['rollout']): Context['rollout'] {
  const { wish, ...rest } = rollout;
  if (wish === undefined) return rollout;
  const isHeld = rest.phase === 'paused' && rest.hold?.code === stormHold;
  return isHeld ? { ...rest, hold: null } : rest;
}
