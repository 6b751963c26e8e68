import { heldStage } from './held-stage.ts';
import type { RouteRing, RouteSpec, Side, Stage, WithoutUnit } from '../protocol/route.ts';
import { stageOfStrategy, unitsOfStrategy } from './read-strategy.ts';
import { normalizeSpec } from './same-route.ts';
import { PARAMETER, STRATEGY_ROLES, roleOf } from './strategy-role.ts';
import type { StrategyRole } from './strategy-role.ts';
import type { Strategy } from './unleash-feature.ts';

/** A flag read back: a route, or the reasons why somebody's edit has made it something else. */
export type RouteReading =
  | { readonly kind: 'route'; readonly spec: RouteSpec }
  | { readonly kind: 'foreign'; readonly reasons: readonly string[] };

/**
 * Reads a route from strategies in the order in which they are tried. Never guesses: what a route
 * cannot express is reported, each reason with the strategy's place (counted from 1) and role.
 */
export function strategiesToRoute(strategies: readonly Strategy[]): RouteReading {
  const reasons: string[] = [];
  const read = strategies.map((strategy, index) => readStrategy(strategy, index, reasons));
  const known = read.filter((item) => item !== null);
  orderFaults(known, reasons);
  const everyone = known.find((item) => item.role === 'everyone');
  const share = known.find((item) => item.role === 'share');
  missingFaults(strategies, reasons);
  if (everyone === undefined || share === undefined) return { kind: 'foreign', reasons };

  agreementFaults(known, everyone, share, reasons);
  const rest = restOfEveryone(everyone, reasons);
  if (rest === null || reasons.length > 0) return { kind: 'foreign', reasons };
  const spec: RouteSpec = {
    ...rest,
    baseStage: everyone.stage,
    canaryStage: share.stage,
    pinned: unitsOf(known, 'pinned'),
    quarantined: unitsOf(known, 'quarantined'),
    rings: ringsOf(known),
    share: share.percent,
  };
  return { kind: 'route', spec: normalizeSpec(spec) };
}

interface ReadStrategy {
  readonly label: string;
  readonly role: StrategyRole;
  readonly stage: Stage;
  readonly units: readonly string[];
  readonly percent: number;
  readonly parameters: Readonly<Record<string, string>>;
}

function readStrategy(strategy: Strategy, index: number, reasons: string[]): ReadStrategy | null {
  const { parameters } = strategy;
  const role = roleOf(parameters);
  const label = `strategy ${index + 1} (${role ?? strategy.name})`;
  const fault = (reason: string): null => {
    reasons.push(`${label} ${reason}`);
    return null;
  };
  if (role === null) return fault('was not written by Crossfade');
  if (strategy.name !== 'flexibleRollout') return fault(`is of type "${strategy.name}"`);
  if (strategy.segments.length > 0) return fault(`uses segment ${strategy.segments.join(', ')}`);
  const stage = stageOfStrategy(strategy);
  if ('fault' in stage) return fault(stage.fault);
  const units = unitsOfStrategy(strategy, role);
  if ('fault' in units) return fault(units.fault);
  const percent = wholePercentage(parameters['rollout']);
  if (percent === null) {
    return fault(`has the rollout "${parameters['rollout']}", not a whole percentage`);
  }
  if (role !== 'share' && percent !== 100) return fault(`holds for ${percent} % only`);
  return { label, role, stage: stage.stage, units: units.units, percent, parameters };
}

function wholePercentage(text: string | undefined): number | null {
  if (text === undefined || !/^(?:\d{1,2}|100)$/.test(text)) return null;
  return Number(text);
}

/** Those that are there but cannot be read have a reason of their own. */
function missingFaults(strategies: readonly Strategy[], reasons: string[]): void {
  for (const wanted of ['share', 'everyone'] as const) {
    if (strategies.some(({ parameters }) => roleOf(parameters) === wanted)) continue;
    reasons.push(`the strategy "${wanted}" is missing`);
  }
}

function orderFaults(known: readonly ReadStrategy[], reasons: string[]): void {
  let last = 0;
  for (const { label, role } of known) {
    const place = STRATEGY_ROLES.indexOf(role);
    if (place < last) reasons.push(`${label} stands behind a strategy that must come after it`);
    last = Math.max(last, place);
  }
  for (const single of ['share', 'everyone'] as const) {
    const count = known.filter(({ role }) => role === single).length;
    if (count > 1) reasons.push(`there are ${count} strategies "${single}" instead of one`);
  }
}

/** All strategies must route by the same unit and salt; all of one cohort must give one stage. */
function agreementFaults(
  known: readonly ReadStrategy[],
  everyone: ReadStrategy,
  share: ReadStrategy,
  reasons: string[],
): void {
  const held = heldStage(everyone.stage);
  const wanted = { pinned: held, quarantined: held, ring: share.stage } as const;
  for (const { label, role, stage, parameters } of known) {
    for (const key of ['stickiness', 'groupId']) {
      if (parameters[key] !== everyone.parameters[key]) {
        reasons.push(
          `${label} has the ${key} "${parameters[key]}" instead of "${everyone.parameters[key]}"`,
        );
      }
    }
    if (role === 'share' || role === 'everyone' || stage === wanted[role]) continue;
    reasons.push(`${label} gives the stage "${stage}" instead of "${wanted[role]}"`);
  }
}

type Rest = Pick<
  RouteSpec,
  'migration' | 'unitKey' | 'groupId' | 'withoutUnit' | 'safeSide' | 'shadowSample'
>;

function restOfEveryone({ parameters, label }: ReadStrategy, reasons: string[]): Rest | null {
  const before = reasons.length;
  const text = (key: string): string => {
    const value = parameters[key];
    if (value === undefined || value === '') reasons.push(`${label} lacks the parameter "${key}"`);
    return value ?? '';
  };
  const oneOf = <T extends string>(key: string, allowed: readonly T[]): T => {
    const value = text(key);
    const found = allowed.find((item) => item === value);
    if (found === undefined)
      reasons.push(`${label} has ${key} "${value}", not ${allowed.join('|')}`);
    return found ?? (allowed[0] as T);
  };
  const sample = Number(text(PARAMETER.shadowSample));
  if (!(sample >= 0 && sample <= 1)) {
    reasons.push(`${label} has ${PARAMETER.shadowSample} outside 0 to 1`);
  }
  const rest: Rest = {
    migration: text(PARAMETER.migration),
    unitKey: text('stickiness'),
    groupId: text('groupId'),
    withoutUnit: oneOf<WithoutUnit>(PARAMETER.withoutUnit, ['old', 'new', 'refuse']),
    safeSide: oneOf<Side>(PARAMETER.safeSide, ['old', 'new']),
    shadowSample: sample,
  };
  return reasons.length === before ? rest : null;
}

function unitsOf(known: readonly ReadStrategy[], wanted: StrategyRole): string[] {
  return known.filter(({ role }) => role === wanted).flatMap(({ units }) => units);
}

function ringsOf(known: readonly ReadStrategy[]): RouteRing[] {
  return known
    .filter(({ role }) => role === 'ring')
    .map(({ parameters, units }) => ({ name: parameters[PARAMETER.ring] ?? '', units }));
}
