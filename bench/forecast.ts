import { connected, withDatabase, withServer } from './bench-server.ts';
import { migrationOf, OPERATIONS, tablesOf } from './forecast/operations.ts';
import { type Compared, trial, type Tried } from './forecast/trial.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';
import { short } from './schema/short.ts';

/** Rows of the tables, the last only with `--full`. */
const CURVE = [100_000, 1_000_000, 10_000_000];

/** Of a short run's table with a million rows. */
const FEW = ['column from text', 'type in a narrow table', 'index', 'check at contract'];

/**
 * What `crossfade plan --target` foresees after a rehearsal, against what comes when the same is carried out:
 * locks, the longest that others are kept out, the backfill's duration and the WAL.
 */
export async function benchForecast({
  full,
  rows: wanted,
  operation = '',
}: BenchOptions): Promise<BenchReport> {
  const sizes = wanted === undefined ? (full ? CURVE : CURVE.slice(0, 2)) : [wanted];
  const tried = await withServer(async (server) => {
    await connected(server, settle);
    const all: (readonly [number, Tried])[] = [];
    for (const rows of sizes) {
      const names = Object.keys(OPERATIONS)
        .filter((name) => full || wanted !== undefined || rows === 100_000 || FEW.includes(name))
        .filter((name) => name.includes(operation));
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
      tried.push(await withDatabase(server, template, (copy) => trial(copy, name, migration)));
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
      (one / divisor).toFixed(one < 10 * divisor ? 1 : 0),
    );
    return `${told} / ${came} ${unit}`.padEnd(22);
  };
  const wrong = wrongLocks.length === 0 ? '' : `WRONG ${wrongLocks.join('; ')}`;
  return (
    `${operation.padEnd(28)} blocked ${words('blockedMs', 1, 'ms')} backfill ${words('backfillMs', 1_000, 's')} ` +
    `WAL ${words('walBytes', 1_048_576, 'MB')}${wrong}`
  ).trimEnd();
}
