import type { Context } from '../core/rollout/context.ts';
import { fellowsByAlert } from '../core/storm/storm.ts';
import type { StormLimits, StormView } from '../core/storm/storm-view.ts';
import { blamedProviders } from '../core/storm/wish.ts';
import type { RivalReader } from './ports/rival-reader.ts';

/** What is known of others, where this rollout would go back by a provider's word alone; null where not. */
export async function gatherStorm(
  rivals: RivalReader,
  context: Context,
  limits: StormLimits,
): Promise<StormView | null> {
  const providers = blamedProviders(context);
  if (providers.length === 0) return null;
  const { id, wish } = context.rollout;
  const since = (wish?.since ?? context.now) - limits.windowMs;
  const wishing = await rivals.wishing(id, providers, since);
  const missing = limits.atLeast - 1 - wishing.length;
  if (missing <= 0) return { fellows: wishing, isPossible: true, limits };
  const known = new Set(wishing.map(({ rollout }) => rollout));
  const others = await rivals.exposed(id, providers);
  const unheard = others.filter(({ rollout }) => !known.has(rollout));
  const fellows = [...wishing, ...fellowsByAlert(context, unheard)];
  return { fellows, isPossible: unheard.length >= missing, limits };
}
