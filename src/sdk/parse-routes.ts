import type { Route, Stage } from '../core/protocol/route.ts';

const stages: readonly unknown[] = [
  'off',
  'dualwrite',
  'shadow',
  'live',
  'rampdown',
  'complete',
] satisfies Stage[];
const sides: readonly unknown[] = ['old', 'new'];
const withoutUnit: readonly unknown[] = ['old', 'new', 'refuse'];

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isRing: Check = (value) =>
  isRecord(value) && isText(value['name']) && isTexts(value['units']);
const isOneOf =
  (allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const isNumber =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;

const checks: Readonly<Record<keyof Route, Check>> = {
  migration: isText,
  revision: isNumber(1, Number.MAX_SAFE_INTEGER),
  enabled: (value) => typeof value === 'boolean',
  unitKey: isText,
  withoutUnit: isOneOf(withoutUnit),
  baseStage: isOneOf(stages),
  canaryStage: isOneOf(stages),
  pinned: isTexts,
  quarantined: isTexts,
  rings: (value) => Array.isArray(value) && value.every(isRing),
  share: isNumber(0, 100),
  groupId: isText,
  safeSide: isOneOf(sides),
  shadowSample: isNumber(0, 1),
};

/** Routes that could be read, and what was wrong with the others. */
export interface ParsedRoutes {
  readonly routes: readonly Route[];
  readonly faults: readonly string[];
}

/**
 * Reads `{ routes: [...] }` as it came over the wire. A route that this version does not understand
 * is left out, so it is never acknowledged and the rollout waits: better than half obeyed.
 */
export function parseRoutes(text: string): ParsedRoutes {
  const body = parse(text);
  const listed = isRecord(body) ? body['routes'] : undefined;
  if (!Array.isArray(listed)) return { routes: [], faults: ['an answer without a list of routes'] };
  const routes: Route[] = [];
  const faults: string[] = [];
  for (const item of listed as readonly unknown[]) {
    const wrong = wrongFields(item);
    if (wrong.length === 0) routes.push(item as Route);
    else faults.push(`${nameOf(item)}: ${wrong.join(', ')}`);
  }
  return { routes, faults };
}

function wrongFields(item: unknown): readonly string[] {
  if (!isRecord(item)) return ['not an object'];
  return Object.entries(checks)
    .filter(([field, check]) => !check(item[field]))
    .map(([field]) => `${field} is ${JSON.stringify(item[field])}`);
}

function nameOf(item: unknown): string {
  return isRecord(item) ? `route of ${String(item['migration'])}` : 'route';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
