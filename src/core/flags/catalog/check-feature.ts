import type { ConstraintDefinition, VariantDefinition } from '../feature.ts';
import { isInRange } from '../evaluation/address-range.ts';
import { compareVersions } from '../evaluation/compare-versions.ts';
import { OPERATOR_NAMES } from '../evaluation/operators.ts';
import { parseInstant } from '../evaluation/parse-instant.ts';
import { STRATEGY_NAMES } from '../evaluation/strategy-holds.ts';
import type { FlagCatalog } from './flag-catalog.ts';
import { itemsOf } from './flag-catalog.ts';
import type { ManagedEnvironment, ManagedFeature, ManagedStrategy } from './managed-feature.ts';

/**
 * What is wrong with a flag although it can be read: each fault with its place, what is wrong and
 * what would be right. A client would not complain; it would quietly give the flag to nobody.
 */
export function featureFaults(feature: ManagedFeature, catalog: FlagCatalog): readonly string[] {
  const environments = Object.entries(feature.environments);
  return [
    ...parentFaults(feature, catalog),
    ...environments.flatMap(([name, environment]) =>
      environmentFaults(environment, catalog).map((fault) => `environments.${name}.${fault}`),
    ),
  ];
}

/** What is wrong with constraints, each fault with its place in the list. */
export function constraintFaults(constraints: readonly ConstraintDefinition[]): readonly string[] {
  return constraints.flatMap((constraint, index) => {
    const fault = constraintFault(constraint);
    return fault === null ? [] : [`constraints.${index}: ${fault}`];
  });
}

/** Clients look no further than one parent, so a parent has none itself. */
function parentFaults(feature: ManagedFeature, catalog: FlagCatalog): readonly string[] {
  const children = itemsOf(catalog, 'feature')
    .map(({ item }) => item.feature)
    .filter(({ dependencies }) => dependencies.some((parent) => parent.feature === feature.name));
  if (feature.dependencies.length > 0 && children[0] !== undefined) {
    return [`dependencies: "${children[0].name}" depends on this flag, so it must depend on none`];
  }
  return feature.dependencies.flatMap(({ feature: name }, index) => {
    const place = `dependencies.${index}: `;
    if (name === feature.name) return [`${place}a flag cannot depend on itself`];
    const parent = catalog.entries.get(`feature ${name}`)?.item;
    if (parent?.kind !== 'feature') return [`${place}there is no flag "${name}"`];
    if (parent.feature.dependencies.length === 0) return [];
    return [`${place}"${name}" depends on another flag itself; name a flag that depends on none`];
  });
}

function environmentFaults(
  { strategies, variants }: ManagedEnvironment,
  catalog: FlagCatalog,
): readonly string[] {
  return [
    ...strategies.flatMap((strategy, index) =>
      strategyFaults(strategy, catalog).map((fault) => `strategies.${index}.${fault}`),
    ),
    ...variantFaults(variants),
  ];
}

function strategyFaults(
  { name, parameters = {}, constraints = [], segments = [], variants = [] }: ManagedStrategy,
  catalog: FlagCatalog,
): readonly string[] {
  const unknown = STRATEGY_NAMES.includes(name)
    ? []
    : [`name: no client knows "${name}"; it is one of ${STRATEGY_NAMES.join(', ')}`];
  const shares = ['rollout', 'percentage'].flatMap((parameter) => {
    const text = parameters[parameter];
    if (text === undefined || /^(?:\d{1,2}|100)$/.test(text)) return [];
    return [`parameters.${parameter}: "${text}" is no whole percentage from 0 to 100`];
  });
  const missing = segments
    .filter((id) => catalog.entries.get(`segment ${id}`)?.item.kind !== 'segment')
    .map((id) => `segments: there is no segment ${id}`);
  const salt =
    name === 'flexibleRollout' && (parameters['groupId'] ?? '') === ''
      ? ['parameters.groupId: is missing; clients do not agree on what to hash without it']
      : [];
  return [
    ...unknown,
    ...shares,
    ...salt,
    ...missing,
    ...constraintFaults(constraints),
    ...variantFaults(variants),
  ];
}

function variantFaults(variants: readonly VariantDefinition[]): readonly string[] {
  if (variants.length === 0) return [];
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const weights = total === 1000 ? [] : [`variants: the weights add up to ${total}, not to 1000`];
  const names = variants.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...weights, ...twice.map((name) => `variants: "${name}" stands there twice`)];
}

function constraintFault({ operator, value, values = [] }: ConstraintDefinition): string | null {
  if (!OPERATOR_NAMES.includes(operator)) {
    return `no client knows the operator "${operator}"; it is one of ${OPERATOR_NAMES.join(', ')}`;
  }
  if (/^(?:IN|NOT_IN|STR_.*)$/.test(operator)) return null;
  if (operator === 'IN_CIDR') {
    const wrong = values.find((range) => !isInRange(range, range));
    return wrong === undefined ? null : `"${wrong}" is no address and no range of addresses`;
  }
  const text = value ?? '';
  if (operator.startsWith('NUM_'))
    return fault(Number.isFinite(Number(text || 'x')), text, 'number');
  if (operator.startsWith('DATE_')) return fault(parseInstant(text) !== null, text, 'date');
  if (operator.startsWith('SEMVER_')) {
    return fault(compareVersions(text, text) !== null, text, 'semantic version');
  }
  return fault(text !== '', text, 'expression');
}

function fault(right: boolean, text: string, kind: string): string | null {
  return right ? null : `"${text}" is no ${kind}`;
}
