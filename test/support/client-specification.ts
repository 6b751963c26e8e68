import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { VariantAnswer } from '../../src/core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../src/core/flags/evaluation/evaluation-context.ts';
import type { FeatureDefinition, SegmentDefinition } from '../../src/core/flags/feature.ts';

/** An event of Unleash's delta API, as the specification writes it. */
export type SpecifiedEvent =
  | {
      readonly type: 'hydration';
      readonly features: readonly FeatureDefinition[];
      readonly segments: readonly SegmentDefinition[];
    }
  | { readonly type: 'feature-updated'; readonly feature: FeatureDefinition }
  | { readonly type: 'feature-removed'; readonly featureName: string }
  | { readonly type: 'segment-updated'; readonly segment: SegmentDefinition };

/** Flags as a specification starts from them: a document, or events that lead to one. */
export interface SpecifiedState {
  readonly features?: readonly FeatureDefinition[];
  readonly segments?: readonly SegmentDefinition[];
  readonly events?: readonly SpecifiedEvent[];
}

interface Case<Result> {
  readonly description: string;
  readonly context: EvaluationContext;
  readonly toggleName: string;
  readonly expectedResult: Result;
}

interface SpecificationFile {
  readonly name: string;
  readonly state: SpecifiedState;
  readonly tests?: readonly Case<boolean>[];
  readonly variantTests?: readonly Case<VariantAnswer>[];
}

/** One file of Unleash's client specification. */
export interface Specification {
  readonly name: string;
  readonly state: SpecifiedState;
  readonly cases: readonly Case<boolean | VariantAnswer>[];
}

/** Whoever evaluates flags: the real unleash-client does it like this. */
export interface Evaluating {
  isEnabled(flag: string, context: EvaluationContext): boolean;
  getVariant(flag: string, context: EvaluationContext): VariantAnswer;
}

/** What `evaluating` answers to a case, to be compared with the expected result. */
export function answerTo(
  { toggleName, context, expectedResult }: Specification['cases'][number],
  evaluating: Evaluating,
): boolean | VariantAnswer {
  if (typeof expectedResult === 'boolean') return evaluating.isEnabled(toggleName, context);
  const { name, enabled, feature_enabled, payload } = evaluating.getVariant(toggleName, context);
  const answer = { name, enabled, feature_enabled };
  return payload === undefined ? answer : { ...answer, payload };
}

const require = createRequire(import.meta.url);
const index = require.resolve('@unleash/client-specification/specifications/index.json');

/** Every file of the specification that npm brought. */
export const specifications: readonly Specification[] = read<readonly string[]>('index.json')
  .map((file) => read<SpecificationFile>(file))
  .map(({ name, state, tests = [], variantTests = [] }) => ({
    name,
    state,
    cases: [...tests, ...variantTests],
  }));

/** How many cases the specification has: proof that none was left out. */
export const specifiedCases = specifications.reduce((sum, { cases }) => sum + cases.length, 0);

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(dirname(index), file), 'utf8')) as T;
}
