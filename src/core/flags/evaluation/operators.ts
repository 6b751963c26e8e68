import type { ConstraintDefinition } from '../feature.ts';
import { isInRange } from './address-range.ts';
import { compareVersions } from './compare-versions.ts';
import type { EvaluationContext, EvaluationWorld } from './evaluation-context.ts';
import { contextValue } from './evaluation-context.ts';
import { parseInstant } from './parse-instant.ts';

/** Whether a condition holds, before it is inverted. `value` is undefined when the context has none. */
type Operator = (constraint: ConstraintDefinition, value: string | undefined) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  IN: (constraint, value) => valuesOf(constraint).some((item) => item === value),
  NOT_IN: (constraint, value) => !valuesOf(constraint).some((item) => item === value),
  STR_STARTS_WITH: text((value, item) => value.startsWith(item)),
  STR_ENDS_WITH: text((value, item) => value.endsWith(item)),
  STR_CONTAINS: text((value, item) => value.includes(item)),
  NUM_EQ: number((value, wanted) => value === wanted),
  NUM_GT: number((value, wanted) => value > wanted),
  NUM_GTE: number((value, wanted) => value >= wanted),
  NUM_LT: number((value, wanted) => value < wanted),
  NUM_LTE: number((value, wanted) => value <= wanted),
  SEMVER_EQ: version((order) => order === 0),
  SEMVER_GT: version((order) => order > 0),
  SEMVER_GTE: version((order) => order >= 0),
  SEMVER_LT: version((order) => order < 0),
  SEMVER_LTE: version((order) => order <= 0),
  IN_CIDR: (constraint, value) =>
    value !== undefined && valuesOf(constraint).some((range) => isInRange(value, range)),
};

/** Those that look at the time or at an expression need the world as well. */
const WORLDLY_OPERATORS: Readonly<Record<string, WorldlyOperator>> = {
  DATE_AFTER: date((now, wanted) => now > wanted),
  DATE_BEFORE: date((now, wanted) => now < wanted),
  REGEX: ({ constraint, context, world }) => {
    const value = contextValue(context, constraint.contextName);
    if (value === undefined) return false;
    const { value: expression = '', caseInsensitive = false } = constraint;
    return world.regex(expression, caseInsensitive)?.(value) ?? false;
  },
};

interface Condition {
  readonly constraint: ConstraintDefinition;
  readonly context: EvaluationContext;
  readonly world: EvaluationWorld;
}

type WorldlyOperator = (condition: Condition) => boolean;

/** The names of all operators. */
export const OPERATOR_NAMES: readonly string[] = [
  ...Object.keys(OPERATORS),
  ...Object.keys(WORLDLY_OPERATORS),
];

/** Whether a constraint holds for a context. An operator that nobody knows never does. */
export function constraintHolds(
  constraint: ConstraintDefinition,
  context: EvaluationContext,
  world: EvaluationWorld,
): boolean {
  const { operator, contextName, inverted = false } = constraint;
  if (Object.hasOwn(OPERATORS, operator)) {
    return OPERATORS[operator]?.(constraint, contextValue(context, contextName)) !== inverted;
  }
  if (!Object.hasOwn(WORLDLY_OPERATORS, operator)) return false;
  return WORLDLY_OPERATORS[operator]?.({ constraint, context, world }) !== inverted;
}

/** People type lists with spaces and empty places. */
function valuesOf({ values = [] }: ConstraintDefinition): readonly string[] {
  return values.filter((item) => item !== '').map((item) => item.trim());
}

function text(matches: (value: string, item: string) => boolean): Operator {
  return (constraint, value) => {
    if (value === undefined) return false;
    const fold = (item: string): string =>
      constraint.caseInsensitive === true ? item.toLowerCase() : item;
    return valuesOf(constraint).some((item) => matches(fold(value), fold(item)));
  };
}

function number(matches: (value: number, wanted: number) => boolean): Operator {
  return (constraint, value) => {
    const [given, wanted] = [Number(value), Number(constraint.value)];
    if (Number.isNaN(given) || Number.isNaN(wanted)) return false;
    return matches(given, wanted);
  };
}

function version(matches: (order: number) => boolean): Operator {
  return (constraint, value) => {
    const order = compareVersions(value ?? '', constraint.value ?? '');
    return order !== null && matches(order);
  };
}

function date(matches: (now: number, wanted: number) => boolean): WorldlyOperator {
  return ({ constraint, context, world }) => {
    const { currentTime } = context;
    const now = currentTime === undefined ? world.now : parseInstant(currentTime);
    const wanted = parseInstant(constraint.value ?? '');
    return now !== null && wanted !== null && matches(now, wanted);
  };
}
