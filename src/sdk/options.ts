import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { CrossfadeError } from '../core/errors.ts';
import type { RouteRow } from '../core/protocol/route.ts';
import { fromEnvironment, versionFromEnvironment } from './environment.ts';
import { isClientError } from './not-an-error.ts';
import { emitWarning } from './warnings.ts';

/** What `createCrossfade` takes. */
export interface CrossfadeOptions {
  /** Where Crossfade answers, such as `http://crossfade.internal:4400`. Default: `CROSSFADE_URL`. */
  readonly url?: string;
  /** An API token of scope `sdk`. Default: `CROSSFADE_TOKEN`. */
  readonly token?: string;
  /** The name of this application, as the policy's `services` name it. */
  readonly service: string;
  /** A name for this process; a random part is added. Default: host name and process id. */
  readonly instance?: string;
  /** The application's version, as people will read it. Default: `CROSSFADE_VERSION`, else its package's. */
  readonly version?: string;
  /** How long the last known state serves without contact. Default: 15 minutes. */
  readonly maxStaleMs?: number;
  /** A process that did not run for longer confirms its revision first. Default: 2 seconds. */
  readonly freezeAfterMs?: number;
  /**
   * An operation that takes longer counts as failed, on either side; a pure read on the new side is
   * then answered by the old one. Default: 5 seconds.
   */
  readonly operationLimitMs?: number;
  /** Comparisons that run at the same time, over all migrations. Default: 4. */
  readonly comparisonsAtOnce?: number;
  /** How long each read of a comparison may take. Default: 2 seconds. */
  readonly comparisonLimitMs?: number;
  /** How often it reports. Default: 1 second. */
  readonly heartbeatMs?: number;
  /** Reads the row of `crossfade.route` for a migration: the second path when Crossfade is away. */
  readonly routeRow?: (migration: string) => Promise<RouteRow | null>;
  /**
   * What OpenTelemetry's flag events say of a unit, such as a hash of its id. Default: nothing, because an
   * id may be personal.
   */
  readonly eventContextId?: (unit: string) => string;
  /** True for an error that is an answer, not harm. Default: HTTP status 400 to 499. */
  readonly notAnError?: (error: unknown) => boolean;
  /** Told once for each matter. Default: `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

/** The options with every default filled in. */
export interface Settings {
  readonly url: URL;
  readonly token: string;
  readonly service: string;
  readonly instance: string;
  /** Empty where nobody says so. */
  readonly version: string;
  readonly maxStaleMs: number;
  readonly freezeAfterMs: number;
  readonly operationLimitMs: number;
  readonly comparisonsAtOnce: number;
  readonly comparisonLimitMs: number;
  readonly heartbeatMs: number;
  readonly routeRow: ((migration: string) => Promise<RouteRow | null>) | null;
  readonly eventContextId: ((unit: string) => string) | null;
  readonly notAnError: (error: unknown) => boolean;
  readonly onWarning: (message: string) => void;
}

/** Checks and completes the options. Throws `invalidInput` for a mistake in the code that made them. */
export function settingsOf(options: CrossfadeOptions): Settings {
  return {
    url: urlOf(options.url ?? fromEnvironment('CROSSFADE_URL')),
    token: textOf('token', options.token ?? fromEnvironment('CROSSFADE_TOKEN')),
    service: textOf('service', options.service),
    instance: `${options.instance ?? `${hostname()}-${process.pid}`}-${randomBytes(4).toString('hex')}`,
    version: (options.version ?? versionFromEnvironment()).slice(0, 200),
    ...limitsOf(options),
    routeRow: options.routeRow ?? null,
    eventContextId: options.eventContextId ?? null,
    notAnError: options.notAnError ?? isClientError,
    onWarning: options.onWarning ?? emitWarning,
  };
}

type Limits = Pick<Settings, keyof typeof limits>;

/** What each number is unless it is given, and the least that it may be. */
const limits = {
  maxStaleMs: [15 * 60_000, 1_000],
  freezeAfterMs: [2_000, 500],
  operationLimitMs: [5_000, 100],
  comparisonsAtOnce: [4, 1],
  comparisonLimitMs: [2_000, 10],
  heartbeatMs: [1_000, 100],
} as const;

function limitsOf(options: CrossfadeOptions): Limits {
  const entries = Object.entries(limits).map(([name, [usual, least]]) => [
    name,
    atLeast(name, options[name as keyof Limits] ?? usual, least),
  ]);
  return Object.fromEntries(entries) as Limits;
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const is = text === '' ? 'empty, and so is CROSSFADE_URL' : JSON.stringify(text);
  throw invalid('url', is, 'an http or https address; nobody need answer there');
}

function textOf(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  // The value may be a secret in the wrong place: it is not repeated.
  throw invalid(name, 'empty', 'a text that is not empty');
}

function atLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  const what = name.endsWith('Ms') ? 'a number of milliseconds' : 'a number';
  throw invalid(name, String(value), `${what}, at least ${least}`);
}

function invalid(name: string, is: string, expected: string): CrossfadeError {
  return new CrossfadeError(
    'invalidInput',
    `createCrossfade: option ${name} is ${is}; expected ${expected}`,
  );
}
