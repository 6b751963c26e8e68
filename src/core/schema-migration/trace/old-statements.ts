import { CrossfadeError } from '../../errors.ts';

/** A statement that the version in use runs. */
export interface OldStatement {
  readonly sql: string;
  /** How often it ran; null where nobody counted. */
  readonly calls: number | null;
}

/**
 * What the version in use runs, as `pg_stat_statements` gives it: CSV with a heading, of whose columns
 * `query` is needed and `calls` is read.
 * @throws CrossfadeError `invalidInput` for a text without that heading
 */
export function statementsFromCsv(text: string, file: string): readonly OldStatement[] {
  const [heading = [], ...lines] = csvRows(text);
  const [query, calls] = [heading.indexOf('query'), heading.indexOf('calls')];
  if (query < 0) {
    const how = String.raw`\copy (SELECT calls, query FROM pg_stat_statements) TO 'old.csv' CSV HEADER`;
    throw new CrossfadeError(
      'invalidInput',
      `${file} has no column \`query\`; psql writes one by ${how}`,
    );
  }
  return lines.map((cells) => {
    const counted = Number(cells[calls] ?? '');
    return { sql: cells[query] ?? '', calls: calls < 0 || Number.isNaN(counted) ? null : counted };
  });
}

/** Both lists as one; of a statement that is in both what was counted holds. */
export function joined(
  listed: readonly OldStatement[],
  counted: readonly OldStatement[],
): readonly OldStatement[] {
  const known = new Set(counted.map(({ sql }) => sql));
  return [...counted, ...listed.filter(({ sql }) => !known.has(sql))];
}

/** Whether a statement names one of these relations, as far as its text tells. */
export function speaksOf(sql: string, names: readonly string[]): boolean {
  return names.some((name) => {
    const literal = name.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`);
    return new RegExp(`(?<![\\w$])${literal}(?![\\w$])`, 'i').test(sql);
  });
}

/** Quoted cells may hold anything, a quote doubled. */
function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = '', end = ''] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    if (end === '' && row.length === 0 && quoted === undefined && bare === '') break;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Whether a statement can be planned, and so be tried without being run. What stands behind a `;` would be run. */
export function canBePlanned(sql: string): boolean {
  if (/;\s*\S/.test(sql)) return false;
  return /^\s*(\/\*[^]*?\*\/\s*)?(select|insert|update|delete|merge|values|with)\b/i.test(sql);
}
