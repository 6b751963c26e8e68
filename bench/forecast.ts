import { connected, withDatabase, withServer } from './bench-server.ts';
import { migrationOf, OPERATIONS, tablesOf } from './forecast/operations.ts';
import { type Compared, type Copied, trial, type Tried } from './forecast/trial.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { short } from './schema/short.ts';

/** Of a short run's table with a million rows. */
const FEW = ['column from text', 'type in a narrow table', 'index', 'check at contract'];

/**
 * What `crossfade plan --target` foresees after a rehearsal, against what comes when the same is carried out:
 * locks, the longest that others are kept out, the backfill's duration and the WAL.
 */
export async function benchForecast(options: BenchOptions): Promise<BenchReport> {
  const sizes = sizesOf(options);
  const tried = await withServer(async (server) => {
    await connected(server, settle);
    const all: (readonly [number, Tried])[] = [];
    for (const rows of sizes) {
      const names = namesFor(rows, options);
      all.push(...(await onTables(server, rows, names)).map((one) => [rows, one] as const));
    }
    return all;
  });
  const rows = sizes.flatMap((size) =>
    rowsOf(
      short(size),
      tried.flatMap(([rows, one]) => (rows === size ? [one] : [])),
    ),
  );
  return { bench: 'forecast', rows, text: textOf(tried, rows) };
}

function sizesOf({ full, rows }: BenchOptions): readonly number[] {
  if (rows !== undefined) return [rows];
  return full ? [100_000, 1_000_000, 10_000_000] : [100_000, 1_000_000];
}

function namesFor(size: number, { full, rows, operation = '' }: BenchOptions): readonly string[] {
  const isWhole = full || rows !== undefined || size === 100_000;
  return Object.keys(OPERATIONS)
    .filter((name) => isWhole || FEW.includes(name))
    .filter((name) => operation.split(',').some((words) => name.includes(words)));
}

/** Up to this many rows what comes is the middle of three runs; beyond, one run takes long enough by itself. */
const REPEATED = { rows: 100_000, times: 3 } as const;

/** What others write must not be counted: neither a vacuum's WAL nor pages that a checkpoint in between repeats. */
async function settle(admin: { query(sql: string): Promise<unknown> }): Promise<void> {
  for (const setting of [
    'autovacuum = off',
    `checkpoint_timeout = '1h'`,
    `max_wal_size = '32GB'`,
  ]) {
    await admin.query(`ALTER SYSTEM SET ${setting}`);
  }
  await admin.query('SELECT pg_reload_conf()');
}

async function onTables(
  server: string,
  rows: number,
  names: readonly string[],
): Promise<readonly Tried[]> {
  return withDatabase(server, null, async (url, template) => {
    await connected(url, async (client) => {
      await client.query(tablesOf(rows));
      await client.query('VACUUM (FREEZE, ANALYZE)');
    });
    const tried: Tried[] = [];
    for (const name of names) {
      const migration = migrationOf(OPERATIONS[name] ?? '');
      const times = rows <= REPEATED.rows ? REPEATED.times : 1;
      const copied: Copied = (work) => withDatabase(server, template, work);
      tried.push(await trial(copied, { operation: name, migration, times }));
      process.stderr.write(`${lineOf(tried.at(-1)!)}\n`);
    }
    return tried;
  });
}

/** Below it a duration is not told apart from the machine's own unrest. Milliseconds. */
const RESOLUTION = { blockedMs: 25, backfillMs: 250, walBytes: 64 * 1_024 } as const;

type Measure = keyof typeof RESOLUTION;

const ratio = ({ predicted, real }: Compared, least: number): number =>
  Math.max(predicted, least) / Math.max(real, least);

function rowsOf(size: string, tried: readonly Tried[]): readonly Row[] {
  if (tried.length === 0) return [];
  const right = tried.filter(({ wrongLocks }) => wrongLocks.length === 0).length;
  const measured = (
    [
      ['blocked', 'blockedMs'],
      ['backfill', 'backfillMs'],
      ['WAL', 'walBytes'],
    ] as const
  ).map(([words, measure]) => {
    const ratios = tried.map((one) => ratio(one[measure], RESOLUTION[measure]));
    return rowOf(`${size}: ${words}`, 'predicted / real', ratios);
  });
  return [...measured, rowOf(`${size}: locks as foreseen`, '%', [(100 * right) / tried.length])];
}

function rowOf(name: string, unit: string, values: readonly number[]): Row {
  const round = (value: number): number => Number(value.toPrecision(3));
  return { case: name, unit, ours: spreadOf(values.map(round)), peers: {}, ratio: null };
}

function textOf(tried: readonly (readonly [number, Tried])[], rows: readonly Row[]): string {
  const figures = rows.map(({ case: name, unit, ours }) => {
    const each = unit === '%' ? `${ours.median} %` : `${ours.min} / ${ours.median} / ${ours.max}`;
    return `${name.padEnd(26)} ${each}`;
  });
  const lines = tried.map(([size, one]) => `${short(size).padEnd(5)} ${lineOf(one)}`);
  return ['forecast  (predicted / real: min / median / max)', ...figures, ...lines].join('\n');
}

function lineOf({ operation, wrongLocks, ...measured }: Tried): string {
  const words = (measure: Measure, divisor: number, unit: string): string => {
    const { predicted, real } = measured[measure];
    const [told, came] = [predicted, real].map((one) =>
      (one / divisor).toFixed(one < divisor ? 2 : one < 10 * divisor ? 1 : 0),
    );
    return `${told} / ${came} ${unit}`.padEnd(22);
  };
  const wrong = wrongLocks.length === 0 ? '' : `WRONG ${wrongLocks.join('; ')}`;
  return (
    `${operation.padEnd(28)} blocked ${words('blockedMs', 1, 'ms')} backfill ${words('backfillMs', 1_000, 's')} ` +
    `WAL ${words('walBytes', 1_048_576, 'MB')}${wrong}`
  ).trimEnd();
}
