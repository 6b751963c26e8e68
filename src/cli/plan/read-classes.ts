import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import {
  readTypeormClasses,
  type TypeormClass,
  type TypeormQuery,
} from '../../core/schema-migration/foreign/typeorm-class.ts';
import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import { inTransaction } from '../../core/schema-migration/lint/in-transactions.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import { placeOfUnit, type PlaceInText } from '../place-in-text.ts';
import type { TextFile } from '../read-files.ts';
import type { Running } from './read-script.ts';
import type { Script } from './script.ts';

/** The migration classes of a file, each of which TypeORM puts into a transaction. */
export async function readClasses(file: TextFile, running: Running): Promise<readonly Script[]> {
  const scripts: Script[] = [];
  for (const one of readTypeormClasses(file)) scripts.push(await readClass(file, one, running));
  return scripts;
}

async function readClass(
  file: TextFile,
  one: TypeormClass,
  { server, transaction }: Running,
): Promise<Script> {
  const queried = new QueriedScript(file, one);
  const bytes = Buffer.from(queried.sql);
  const parsed = await parseScript(queried.sql);
  if ('message' in parsed) {
    const before = Array.from(queried.sql).slice(0, parsed.letter).join('');
    const fault = { file: file.name, ...queried.place(before), message: parsed.message };
    const message = 'PostgreSQL does not understand it';
    throw new CrossfadeError('invalidInput', message, { faults: [fault] });
  }
  const isWrapped = transaction === undefined ? one.wrapped : transaction === 'file';
  return {
    file: file.name,
    sql: queried.sql,
    statements: isWrapped ? inTransaction(parsed) : parsed,
    findings: [...refusalOf(one), ...lintScript(parsed, { server, isWrapped })],
    place: (at) => queried.place(bytes.toString('utf8', 0, at)),
  };
}

function refusalOf({ key, refusal }: TypeormClass): readonly Finding[] {
  if (refusal === null) return [];
  return [
    {
      rule: 'more-than-sql',
      severity: 'error',
      place: 0,
      message: `nobody can tell what ${key} does: ${refusal}`,
      safe: 'queryRunner.query with plain texts, or operations in a policy',
    },
  ];
}

/** The queries of a class as one script that knows where each part of it is written. */
class QueriedScript {
  readonly sql: string;
  readonly #file: TextFile;
  readonly #queries: readonly (TypeormQuery & { readonly from: number })[];
  readonly #at: number;

  constructor(file: TextFile, { queries, at }: TypeormClass) {
    this.#file = file;
    this.#at = at;
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
    if (query === undefined) return placeOfUnit(this.#file.text, this.#at);
    const inner = before.slice(query.from);
    // Behind an escape the text in the file is longer than what is queried.
    const isAsWritten = this.#file.text.startsWith(inner, query.at);
    return placeOfUnit(this.#file.text, query.at + (isAsWritten ? inner.length : 0));
  }
}
