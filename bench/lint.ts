import { parseScript } from '../src/adapters/pg-parser/parse-script.ts';
import { lintScript } from '../src/core/schema-migration/lint/lint-script.ts';
import { locksOf } from '../src/core/schema-migration/lint/locks.ts';
import type { Statement } from '../src/core/schema-migration/lint/statement.ts';
import { connected, withDatabase, withServer } from './bench-server.ts';
import { FORMS } from './lint/forms.ts';
import { SHOP } from './lint/shop.ts';
import { squawked } from './lint/squawk.ts';
import { type Truth, truthOf } from './lint/truth.ts';
import { type BenchReport, type Row, spreadOf } from './report.ts';

/** One form: what it really does, and who has something against it. */
interface Tried {
  readonly sql: string;
  readonly truth: Truth;
  readonly ours: readonly string[];
  readonly squawk: readonly string[] | null;
  readonly statements: readonly Statement[];
}

/**
 * Each form of statement is run on a database with rows in it. It is dangerous when it fails there, keeps
 * others out of a table while it rewrites or reads all of it or builds an index, changes all rows at once,
 * loses rows, or breaks what the version in use runs. Beside that what our rules refuse by its text, and
 * what squawk says against it.
 */
export async function benchLint(): Promise<BenchReport> {
  const tried = await withServer(async (server) => {
    await connected(server, async (admin) => {
      // Nothing here is kept, and a database is made for each form.
      await admin.query('ALTER SYSTEM SET fsync = off');
      await admin.query('SELECT pg_reload_conf()');
      await admin.query('CREATE DATABASE shop');
    });
    await connected(at(server, 'shop'), async (client) => {
      await client.query(SHOP);
      await client.query('VACUUM ANALYZE');
    });
    const all: Tried[] = [];
    for (const sql of FORMS) all.push(await trial(server, sql));
    return all;
  });
  const hasSquawk = tried.every(({ squawk }) => squawk !== null);
  const rows = (['precision', 'recall'] as const).map((measure) => {
    const score = (who: 'ours' | 'squawk'): number =>
      scored(measure, tried, (one) => (one[who] ?? []).length > 0);
    return row(measure, score('ours'), hasSquawk ? score('squawk') : null);
  });
  const report = { bench: 'lint', rows: [...rows, row('lock as claimed', lockRight(tried), null)] };
  return { ...report, text: textOf(tried, report.rows, hasSquawk) };
}

async function trial(server: string, sql: string): Promise<Tried> {
  const statements = await parseScript(sql);
  if ('message' in statements) throw new Error(`${sql}: ${statements.message}`);
  const truth = await withDatabase(server, 'shop', (url) =>
    connected(url, (client) => truthOf(client, statements)),
  );
  const ours = lintScript(statements, { server: 18, isWrapped: false })
    .filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);
  return { sql, truth, ours, squawk: await squawked(sql), statements };
}

function at(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** In %. */
function scored(
  measure: 'precision' | 'recall',
  tried: readonly Tried[],
  isRefused: (one: Tried) => boolean,
): number {
  const isDangerous = ({ truth }: Tried): boolean => truth.danger !== null;
  const of = tried.filter(measure === 'precision' ? isRefused : isDangerous);
  const right = of.filter((one) => isRefused(one) && isDangerous(one));
  return (100 * right.length) / of.length;
}

const name = (table: string): string => table.replace(/^public\./, '');

/** Part of the statements, in %, of which our rules name the strongest lock that each table really saw. */
function lockRight(tried: readonly Tried[]): number {
  const compared = tried
    .filter(({ statements }) => statements.length === 1)
    .flatMap(({ truth, statements }) => {
      const [traced, statement] = [truth.traced[0], statements[0]];
      const isTold = statement?.kind === 'AlterTableStmt' || statement?.kind === 'IndexStmt';
      if (!isTold || traced === undefined || traced === null || traced.locks === null) return [];
      if (traced.fault !== null) return [];
      const claimed = locksOf(statement).map(({ table, level }) => `${name(table)} ${level}`);
      const felt = traced.locks.filter(
        ({ level }) => level !== 'AccessShare' && level !== 'RowExclusive',
      );
      return [felt.every(({ table, level }) => claimed.includes(`${name(table)} ${level}`))];
    });
  return (100 * compared.filter(Boolean).length) / compared.length;
}

function row(measure: string, ours: number, squawk: number | null): Row {
  return {
    case: measure,
    unit: '%',
    ours: spreadOf([ours]),
    peers: squawk === null ? {} : { squawk: spreadOf([squawk]) },
    ratio: squawk === null || squawk === 0 ? null : Number((ours / squawk).toPrecision(3)),
  };
}

function textOf(tried: readonly Tried[], rows: readonly Row[], hasSquawk: boolean): string {
  const dangerous = tried.filter(({ truth }) => truth.danger !== null).length;
  const wrong = tried.flatMap(({ sql, truth, ours, squawk }) => {
    const marks = [ours, squawk ?? []].map((said) => said.length > 0 === (truth.danger !== null));
    if (marks.every(Boolean)) return [];
    const who = marks[0] === true ? 'squawk' : marks[1] === true ? 'ours' : 'both';
    return [`  ${who.padEnd(7)} ${truth.danger ?? 'harmless'}  ·  ${sql.slice(0, 110)}`];
  });
  const figures = rows.map(({ case: measure, ours, peers }) => {
    const other = peers['squawk'];
    const beside = other === undefined ? '' : `, squawk ${other.median.toFixed(1)} %`;
    return `${measure.padEnd(16)} ${ours.median.toFixed(1)} %${beside}`;
  });
  return [
    `lint  (${tried.length} forms, ${dangerous} of them dangerous)`,
    ...figures,
    ...(hasSquawk ? [] : ['squawk: its program is not to be had on this platform']),
    'who is wrong, and what it really does:',
    ...wrong,
  ].join('\n');
}
