import { normalizedBucket } from '../../cohort/normalized-bucket.ts';
import { isInRange } from './address-range.ts';
import { contextValue } from './evaluation-context.ts';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context.ts';

/** Whether a strategy of one name holds, apart from its constraints. */
type StrategyRule = (
  parameters: Readonly<Record<string, string>>,
  context: EvaluationContext,
  world: EvaluationWorld,
) => boolean;

const RULES: Readonly<Record<string, StrategyRule>> = {
  default: () => true,
  userWithId: ({ userIds }, { userId }) => userId !== undefined && listOf(userIds).includes(userId),
  remoteAddress: ({ IPs }, { remoteAddress }) =>
    remoteAddress !== undefined &&
    listOf(IPs).some((range) => range === remoteAddress || isInRange(remoteAddress, range)),
  applicationHostname: ({ hostNames }, _context, { hostname }) =>
    listOf(hostNames?.toLowerCase()).includes(hostname.toLowerCase()),
  flexibleRollout: ({ rollout, stickiness, groupId }, context, world) =>
    isInShare(stuckTo(stickiness, context, world), groupId, rollout),
  gradualRolloutUserId: ({ percentage, groupId }, { userId }) =>
    isInShare(userId, groupId, percentage),
  gradualRolloutSessionId: ({ percentage, groupId }, { sessionId }) =>
    isInShare(sessionId, groupId, percentage),
  gradualRolloutRandom: ({ percentage }, _context, { random }) =>
    Number(percentage) >= Math.floor(random() * 100) + 1,
};

/** The names of all strategies. */
export const STRATEGY_NAMES: readonly string[] = Object.keys(RULES);

/** Whether a strategy's own rule holds; one that nobody knows never does. */
export function strategyHolds(
  name: string,
  parameters: Readonly<Record<string, string>>,
  context: EvaluationContext,
  world: EvaluationWorld,
): boolean {
  return Object.hasOwn(RULES, name) && RULES[name]?.(parameters, context, world) === true;
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(/\s*,\s*/);
}

function isInShare(id: string | undefined, groupId = '', percentage = ''): boolean {
  if (id === undefined || id === '') return false;
  const share = Number(percentage);
  return share > 0 && normalizedBucket(id, groupId) <= share;
}

/** What the context is known by; undefined when the field that it should stick to is missing. */
function stuckTo(
  stickiness: string | undefined,
  context: EvaluationContext,
  { random }: EvaluationWorld,
): string | undefined {
  const anybody = (): string => String(Math.round(random() * 10_000) + 1);
  if (stickiness === 'random') return anybody();
  if (stickiness !== undefined && stickiness !== '' && stickiness !== 'default') {
    return contextValue(context, stickiness);
  }
  const { userId = '', sessionId = '' } = context;
  return [userId, sessionId].find((id) => id !== '') ?? anybody();
}
