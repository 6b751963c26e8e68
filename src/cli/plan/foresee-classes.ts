import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import {
  readTypeormClasses,
  type TypeormClass,
  type TypeormQuery,
} from '../../core/schema-migration/foreign/typeorm-class.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import { placeOfUnit, type PlaceInText } from '../place-in-text.ts';
import type { TextFile } from '../read-files.ts';
import type { Running } from './foresee-script.ts';
import type { Foreseen, PlacedFinding } from './foresight.ts';

/** What the migration classes of a file do when TypeORM runs them, which puts each into a transaction. */
export async function foreseeClasses(file: TextFile, running: Running): Promise<Foreseen> {
  const findings: PlacedFinding[] = [];
  const scripts: string[] = [];
  for (const one of readTypeormClasses(file)) {
    const script = new QueriedScript(file, one.queries);
    findings.push(...(await findingsOf(file, one, script, running)));
    scripts.push(script.sql);
  }
  return { findings, migrations: [], scripts: [{ file: file.name, sql: scripts.join('\n') }] };
}

async function findingsOf(
  file: TextFile,
  one: TypeormClass,
  script: QueriedScript,
  { server, transaction }: Running,
): Promise<readonly PlacedFinding[]> {
  if (one.refusal !== null) {
    return [
      {
        rule: 'more-than-sql',
        severity: 'error',
        file: file.name,
        ...placeOfUnit(file.text, one.at),
        message: `nobody can tell what ${one.key} does: ${one.refusal}`,
        safe: 'queryRunner.query with plain texts, or operations in a policy',
      },
    ];
  }
  const parsed = await parseScript(script.sql);
  if ('message' in parsed) {
    const before = Array.from(script.sql).slice(0, parsed.letter).join('');
    const fault = { file: file.name, ...script.place(before), message: parsed.message };
    const message = 'PostgreSQL does not understand it';
    throw new CrossfadeError('invalidInput', message, { faults: [fault] });
  }
  const isWrapped = transaction === undefined ? one.wrapped : transaction === 'file';
  const bytes = Buffer.from(script.sql);
  return lintScript(parsed, { server, isWrapped }).map(({ place, ...finding }) => ({
    ...finding,
    file: file.name,
    ...script.place(bytes.toString('utf8', 0, place)),
  }));
}

/** The queries of a class as one script that knows where each part of it is written. */
class QueriedScript {
  readonly sql: string;
  readonly #file: TextFile;
  readonly #queries: readonly (TypeormQuery & { readonly from: number })[];

  constructor(file: TextFile, queries: readonly TypeormQuery[]) {
    this.#file = file;
    let sql = '';
    this.#queries = queries.map((query) => {
      const from = sql.length;
      sql += `${query.sql.replace(/;?\s*$/, ';')}\n`;
      return { ...query, from };
    });
    this.sql = sql;
  }

  /** @param before what stands in the script before the place that is asked about */
  place(before: string): PlaceInText {
    const query = this.#queries.findLast(({ from }) => from <= before.length);
    if (query === undefined) return { line: 1, column: 1 };
    const inner = before.slice(query.from);
    // Behind an escape the text in the file is longer than what is queried.
    const isAsWritten = this.#file.text.startsWith(inner, query.at);
    return placeOfUnit(this.#file.text, query.at + (isAsWritten ? inner.length : 0));
  }
}
