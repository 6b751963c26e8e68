import { z } from 'zod';
import { isStorable } from '../../core/protocol/storable.ts';

/** Lists may be long, since a ring is one; the body as a whole is bounded by the server. */
const AT_MOST = { values: 10_000, constraints: 50, strategies: 50, variants: 100, parents: 20 };

const text = (longest: number) =>
  z.string().max(longest).refine(isStorable, 'holds a character that cannot be stored');

/** Also part of a URL, where these two would mean another place. */
export const flagName = text(200)
  .min(1)
  .refine((name) => name !== '.' && name !== '..', 'is no name');
export const placeName = text(100).regex(/^[\w.~-]+$/, 'letters, digits, . _ ~ - only');

const words = text(1_000);

const constraint = {
  contextName: text(100).min(1),
  operator: text(100).min(1),
  values: z.array(words).max(AT_MOST.values).exactOptional(),
  value: text(2_000).exactOptional(),
  inverted: z.boolean().default(false),
  caseInsensitive: z.boolean().default(false),
};

const variant = {
  name: text(200).min(1),
  weight: z.number().int().min(0).max(1_000),
  weightType: z.enum(['variable', 'fix']).default('variable'),
  /** Left out it is the strategy's, so no default may be put in its place. */
  stickiness: text(100).min(1).exactOptional(),
  payload: z.strictObject({ type: text(50), value: text(100_000) }).exactOptional(),
  overrides: z
    .array(z.strictObject({ contextName: text(100), values: z.array(words).max(AT_MOST.values) }))
    .max(100)
    .exactOptional(),
};

const parent = {
  feature: flagName,
  enabled: z.boolean().default(true),
  variants: z.array(text(200)).max(100).default([]),
};

const constraints = z.array(z.strictObject(constraint)).max(AT_MOST.constraints).default([]);
const variants = z.array(z.strictObject(variant)).max(AT_MOST.variants).default([]);

const strategy = z.strictObject({
  name: text(200).min(1),
  title: text(1_000).exactOptional(),
  disabled: z.boolean().exactOptional(),
  parameters: z.record(text(200), text(100_000)).default({}),
  constraints,
  segments: z.array(z.number().int().min(0)).max(50).default([]),
  variants,
});

const environment = z.strictObject({
  enabled: z.boolean(),
  strategies: z.array(strategy).max(AT_MOST.strategies).default([]),
  variants,
});

/** A flag as people write it; the name stands in the URL. */
export const feature = z.strictObject({
  project: placeName.default('default'),
  type: z
    .enum(['release', 'experiment', 'operational', 'kill-switch', 'permission'])
    .default('release'),
  description: text(10_000).nullable().default(null),
  stale: z.boolean().default(false),
  impressionData: z.boolean().default(false),
  tags: z.array(text(200)).max(100).default([]),
  dependencies: z.array(z.strictObject(parent)).max(AT_MOST.parents).default([]),
  environments: z.record(placeName, environment).default({}),
});

export const segment = z.strictObject({
  name: flagName,
  description: text(10_000).nullable().default(null),
  constraints,
});
