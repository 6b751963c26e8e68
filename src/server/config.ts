import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import { defaultLimits, type Limits, parseLimits } from '../core/limits/limits.ts';
import type { StormLimits } from '../core/storm/storm-view.ts';
import { limitsVariables } from './limits-config.ts';
import { networksIn } from './networks-in.ts';
import { type FollowConfig, followOf, followVariables } from './follow-config.ts';
import { type OidcConfig, oidcContradictions, oidcOf, oidcVariables } from './oidc-config.ts';
import { stormOf, stormVariables } from './storm-config.ts';

const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;
const DEFAULT_HOST = '127.0.0.1';

/** As root a clone may lie where PostgreSQL's account cannot enter, so the data lies elsewhere. */
const DEFAULT_DATA_DIR = { root: '/var/lib/crossfade/server', others: './.crossfade' };

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(error).int(error).min(least, error).max(most, error);
};
const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be a URL such as ${example}` });

/** Every variable that the server reads; the table in the README is made from this. */
const variables = z.object({
  CROSSFADE_HOST: z
    .string()
    .default(DEFAULT_HOST)
    .describe('Address to listen on. Other than loopback only with `CROSSFADE_ALLOW_REMOTE=true`.'),
  CROSSFADE_PORT: whole(0, 65_535)
    .default(4400)
    .describe('Port to listen on; 0 takes any free one.'),
  CROSSFADE_ALLOW_REMOTE: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .describe('Whether others than this machine may connect. Put TLS in front of it.'),
  CROSSFADE_ALLOW_PRIVATE: z
    .string()
    .refine(
      (text) => text === 'true' || text === 'false' || networksIn(text) !== null,
      'must be true, false or networks such as 10.0.0.0/8,192.168.7.0/24',
    )
    .optional()
    .describe(
      'Whether Providers may lie in private networks, this machine among them, or in which; `true` while only this machine may connect, else `false`.',
    ),
  CROSSFADE_DATA_DIR: z
    .string()
    .optional()
    .describe(
      `Folder of the tokens and of the embedded PostgreSQL: \`${DEFAULT_DATA_DIR.others}\`, as root \`${DEFAULT_DATA_DIR.root}\`.`,
    ),
  CROSSFADE_BACKUP_DIR: z
    .string()
    .optional()
    .describe('Folder of backups that policies keep as files; `backups` in the data folder.'),
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/database')
    .optional()
    .describe("PostgreSQL for Crossfade's own state; without it an embedded one is started."),
  CROSSFADE_REPLICAS: whole(1, 1_000)
    .default(1)
    .describe('Number of servers on one state database; more than 1 needs `DATABASE_URL`.'),
  CROSSFADE_LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('log')
    .describe(`Least grave level that is logged: ${LOG_LEVELS.join(', ')}.`),
  CROSSFADE_TICK_MS: whole(10, 60_000)
    .default(250)
    .describe('Milliseconds between two looks at what is due.'),
  CROSSFADE_LEASE_MS: whole(10, 3_600_000)
    .default(10_000)
    .describe('Milliseconds after which another replica takes over from one that died.'),
  CROSSFADE_UNLEASH_URL: url(/^https?$/, 'https://unleash.example.com')
    .optional()
    .describe('Unleash server, without `/api`, for policies with `flag.provider: unleash`.'),
  CROSSFADE_UNLEASH_TOKEN: z
    .string()
    .optional()
    .describe('Access token of an Unleash identity that Crossfade alone uses.'),
  CROSSFADE_UNLEASH_PROJECT: z
    .string()
    .default('default')
    .describe('Unleash project that the flags are made in.'),
  CROSSFADE_UNLEASH_ENVIRONMENT: z
    .string()
    .default('production')
    .describe('Unleash environment that the flags are set in.'),
  CROSSFADE_GRAFANA_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('Secret that Grafana signs its notifications with; see docs/alerts.md.'),
  CROSSFADE_PAGERDUTY_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('Secret of the PagerDuty webhook subscription.'),
  ...limitsVariables,
  ...stormVariables,
  ...followVariables,
  ...oidcVariables,
  CROSSFADE_PUBLIC_URL: url(/^https?$/, 'https://crossfade.example.com')
    .optional()
    .describe('Where people reach this server; messages link to its pages.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/, 'http://collector:4318')
    .optional()
    .describe('Where traces go by OTLP; see docs/traces.md for the others of OpenTelemetry.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(/^https?$/, 'http://collector:4318/v1/traces')
    .optional()
    .describe('The same, with the path and for traces alone.'),
  OTEL_SERVICE_NAME: z
    .string()
    .default('crossfade')
    .describe('What this server is called in traces.'),
  CROSSFADE_KILL_AT: z
    .string()
    .regex(/^[A-Za-z]+\.[A-Za-z]+(:[1-9]\d*)?$/, 'must be POINT or POINT:N')
    .optional()
    .describe('Tests only: the server kills itself at this fault point.'),
});

type Variables = z.output<typeof variables>;

/** Environment variables as a process is given them. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Where an Unleash server is and who Crossfade is there. */
interface UnleashConfig {
  readonly url: string;
  readonly token: string;
  readonly project: string;
  readonly environment: string;
}

/** What the server was told at its start: read once, checked as a whole, never changed. */
export class Config {
  readonly host: string;
  readonly port: number;
  /** Private networks, this machine among them, in which Providers may lie; undefined: all of them. */
  readonly privateNetworks: readonly string[] | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute. */
  readonly backupDir: string;
  readonly databaseUrl: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly tickMs: number;
  readonly leaseMs: number;
  readonly storm: StormLimits;
  readonly unleash: UnleashConfig | undefined;
  /** Secrets that senders of alerts sign with. */
  readonly alertSecrets: {
    readonly grafana: string | undefined;
    readonly pagerduty: string | undefined;
  };
  /** What this server is called in traces; undefined where nobody collects them. */
  readonly tracedAs: string | undefined;
  readonly follow: FollowConfig | undefined;
  /** Where people sign in; undefined where they have tokens alone. */
  readonly oidc: OidcConfig | undefined;
  /** How often a token may ask. */
  readonly limits: Limits;
  readonly killAt: string | undefined;
  readonly #publicUrl: string | undefined;
  readonly #environment: Environment;

  private constructor(given: Variables, environment: Environment) {
    this.host = given.CROSSFADE_HOST;
    this.port = given.CROSSFADE_PORT;
    this.privateNetworks = privateNetworksOf(given);
    this.dataDir = resolve(given.CROSSFADE_DATA_DIR ?? defaultDataDir());
    this.backupDir = resolve(given.CROSSFADE_BACKUP_DIR ?? join(this.dataDir, 'backups'));
    this.databaseUrl = given.DATABASE_URL;
    this.logLevel = given.CROSSFADE_LOG_LEVEL;
    this.tickMs = given.CROSSFADE_TICK_MS;
    this.leaseMs = given.CROSSFADE_LEASE_MS;
    this.storm = stormOf(given);
    this.unleash = unleashOf(given);
    this.alertSecrets = {
      grafana: given.CROSSFADE_GRAFANA_SECRET,
      pagerduty: given.CROSSFADE_PAGERDUTY_SECRET,
    };
    const collector = given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? given.OTEL_EXPORTER_OTLP_ENDPOINT;
    this.tracedAs = collector === undefined ? undefined : given.OTEL_SERVICE_NAME;
    this.follow = followOf(given);
    this.oidc = oidcOf(given);
    this.limits = parseLimits(given.CROSSFADE_LIMITS) ?? defaultLimits;
    this.killAt = given.CROSSFADE_KILL_AT;
    this.#publicUrl = given.CROSSFADE_PUBLIC_URL;
    this.#environment = environment;
    Object.freeze(this);
  }

  /**
   * Reads the variables; an empty one counts as not given.
   * @throws CrossfadeError `invalidInput` that names every variable at fault.
   */
  static read(environment: Environment): Config {
    const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text));
    const parsed = variables.safeParse(given);
    const faults = [...(parsed.error?.issues ?? []).map(describeIssue), ...contradictions(given)];
    if (parsed.success && faults.length === 0) return new Config(parsed.data, given);
    throw new CrossfadeError(
      'invalidInput',
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n` +
        faults.map((fault) => `  ${fault}`).join('\n'),
    );
  }

  /** The page of a policy's rollout, where people reach it; null when nobody said where that is. */
  pageOf(policy: string): string | null {
    if (this.#publicUrl === undefined) return null;
    return `${this.#publicUrl.replace(/\/+$/, '')}/ui/rollouts/${encodeURIComponent(policy)}`;
  }

  /** The value that a document asks for by `{ env: NAME }`; undefined when it is not set. */
  secret(name: string): string | undefined {
    return this.#environment[name];
  }
}

function defaultDataDir(): string {
  return process.getuid?.() === 0 ? DEFAULT_DATA_DIR.root : DEFAULT_DATA_DIR.others;
}

/** The value is not repeated: it may be a secret. */
function describeIssue({ path, message }: { path: PropertyKey[]; message: string }): string {
  return `${path.join('.')}: ${message}`;
}

/** Values that are fine alone and wrong together. */
function contradictions(given: Environment): readonly string[] {
  const host = given['CROSSFADE_HOST'] ?? DEFAULT_HOST;
  const embedded = given['DATABASE_URL'] === undefined;
  const rules: readonly (readonly [broken: boolean, fault: string])[] = [
    [
      !isLoopback(host) && given['CROSSFADE_ALLOW_REMOTE'] !== 'true',
      `CROSSFADE_HOST: ${host} can be reached from other machines; set CROSSFADE_ALLOW_REMOTE=true if that is wanted`,
    ],
    [
      embedded && Number(given['CROSSFADE_REPLICAS'] ?? 1) > 1,
      'DATABASE_URL: several replicas need one database; the embedded one serves a single server',
    ],
    [
      embedded && given['KUBERNETES_SERVICE_HOST'] !== undefined,
      'DATABASE_URL: under Kubernetes the embedded database would be lost with the pod; name one outside',
    ],
    [
      (given['CROSSFADE_UNLEASH_URL'] === undefined) !==
        (given['CROSSFADE_UNLEASH_TOKEN'] === undefined),
      'CROSSFADE_UNLEASH_URL and CROSSFADE_UNLEASH_TOKEN: set both or neither',
    ],
  ];
  return [...rules, ...oidcContradictions(given)].flatMap(([broken, fault]) =>
    broken ? [fault] : [],
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Who cannot reach the server cannot have it call where he himself cannot. */
function privateNetworksOf(given: Variables): readonly string[] | undefined {
  const { CROSSFADE_ALLOW_PRIVATE: allowed = String(isLoopback(given.CROSSFADE_HOST)) } = given;
  return allowed === 'true' ? undefined : (networksIn(allowed) ?? []);
}

function unleashOf(given: Variables): UnleashConfig | undefined {
  const { CROSSFADE_UNLEASH_URL: url, CROSSFADE_UNLEASH_TOKEN: token } = given;
  if (url === undefined || token === undefined) return undefined;
  return Object.freeze({
    url,
    token,
    project: given.CROSSFADE_UNLEASH_PROJECT,
    environment: given.CROSSFADE_UNLEASH_ENVIRONMENT,
  });
}

/** Markdown table of all variables, for the README. */
export function describeConfig(): string {
  const rows = Object.entries(variables.shape).map(([name, schema]) => {
    const fallback = schema instanceof z.ZodDefault ? `\`${String(schema.def.defaultValue)}\`` : '';
    return `| \`${name}\` | ${fallback} | ${schema.description ?? ''} |`;
  });
  const head = [
    '<!-- prettier-ignore -->',
    '| Variable | Default | Meaning |',
    '| --- | --- | --- |',
  ];
  return [...head, ...rows].join('\n');
}
