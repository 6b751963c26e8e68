import { normalizedBucket } from '../../cohort/normalized-bucket.ts';
import type { VariantDefinition } from '../feature.ts';
import { contextValue } from './evaluation-context.ts';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context.ts';

/** Unleash's: another one than that of strategies, so that a share and a variant are independent. */
const VARIANT_SEED = 86_028_157;

/** By what a choice among variants sticks. */
export interface VariantStickiness {
  readonly groupId: string;
  readonly stickiness: string | undefined;
}

/** The variant that a context gets: by an override, else by weight; null when none has any weight. */
export function selectVariant(
  variants: readonly VariantDefinition[],
  { groupId, stickiness = 'default' }: VariantStickiness,
  context: EvaluationContext,
  world: EvaluationWorld,
): VariantDefinition | null {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) return null;
  const overridden = variants.find((variant) => isOverridden(variant, context));
  if (overridden !== undefined) return overridden;
  const id = stuckTo(stickiness, context) ?? String(Math.round(world.random() * 100_000));
  const bucket = normalizedBucket(id, groupId, total, VARIANT_SEED);
  let upTo = 0;
  for (const variant of variants) {
    upTo += variant.weight;
    if (variant.weight > 0 && bucket <= upTo) return variant;
  }
  return null;
}

function isOverridden({ overrides = [] }: VariantDefinition, context: EvaluationContext): boolean {
  return overrides.some(({ contextName, values }) => {
    const value = contextValue(context, contextName);
    return value !== undefined && values.includes(value);
  });
}

function stuckTo(stickiness: string, context: EvaluationContext): string | undefined {
  if (stickiness === 'random') return undefined;
  const { userId, sessionId, remoteAddress } = context;
  const candidates =
    stickiness === 'default'
      ? [userId, sessionId, remoteAddress]
      : [contextValue(context, stickiness)];
  return candidates.find((id) => id !== undefined && id !== '');
}
