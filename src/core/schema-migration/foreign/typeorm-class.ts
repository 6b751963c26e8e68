import { CrossfadeError } from '../../errors.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

const CLASS = /\bclass\s+([A-Za-z_$][\w$]*?(\d{13}))\b[^{]*\{/g;
const UP = /(?:^|[\s;{}])(?:async\s+)?up\s*\(\s*([A-Za-z_$][\w$]*)[^)]*\)[^{;]*\{/;

/** One text that `up` queries. */
export interface TypeormQuery {
  readonly sql: string;
  /** Where the text begins, behind its quote, in UTF-16 units from the beginning of the file. */
  readonly at: number;
}

/** A class as it is written. */
export interface TypeormClass {
  readonly key: string;
  /** Epoch milliseconds of its making, 13 digits. */
  readonly stamp: string;
  readonly queries: readonly TypeormQuery[];
  /** Why nobody but TypeORM can tell what its `up` does; null when anybody can. */
  readonly refusal: string | null;
  /** False for one that asks to be run without a transaction. */
  readonly wrapped: boolean;
  /** Where its name stands, as `at` of a query. */
  readonly at: number;
}

/**
 * Migration classes of TypeORM's, known by their names, which end with the time of their making.
 * Nothing is executed: an `up` that does more than query plain texts is left to TypeORM.
 * @throws CrossfadeError `invalidInput` for a file that holds none
 */
export function readTypeormClasses({ name, text }: ForeignFile): readonly TypeormClass[] {
  const matches = [...text.matchAll(CLASS)];
  const found = matches.map((match, index) => {
    const [, className = '', stamp = ''] = match;
    const from = match.index + match[0].length;
    const body = text.slice(from, matches[index + 1]?.index);
    const own = /^\s*(?:readonly\s+)?name\s*(?::\s*string\s*)?=\s*(['"])([^'"]+)\1/m.exec(
      body,
    )?.[2];
    return {
      key: own ?? className,
      stamp,
      ...queriesOf(body, from),
      wrapped: !/^\s*(?:public\s+)?(?:readonly\s+)?transaction\s*(?::\s*\w+\s*)?=\s*false\b/m.test(
        body,
      ),
      at: match.index,
    };
  });
  if (found.length > 0) return found;
  throw new CrossfadeError(
    'invalidInput',
    `${name} holds no migration class of TypeORM's, which would be called like AddBirthdate1772442891000.`,
  );
}

/** The same as migrations like those of other tools. */
export function typeormClasses(file: ForeignFile): readonly ForeignMigration[] {
  return readTypeormClasses(file).map(({ key, stamp, queries, refusal }) => ({
    tool: 'typeorm' as const,
    key,
    isBaseline: false,
    version: stamp,
    description: words(key.replace(/\d{13}$/, '')),
    script: file.name,
    sum: null,
    valid: [],
    sql: queries.map(({ sql }) => sql.replace(/;?\s*$/, ';')).join('\n'),
    refusal,
    order: [BigInt(stamp)],
  }));
}

const words = (name: string): string =>
  name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

/** The texts that `up` queries, one after the other. */
function queriesOf(body: string, from: number): Pick<TypeormClass, 'queries' | 'refusal'> {
  const found = UP.exec(body);
  if (found === null) return { queries: [], refusal: 'it has no up' };
  const [head, runner = ''] = found;
  let rest = body.slice(found.index + head.length).trimStart();
  const call = new RegExp(
    String.raw`^(?:return\s+)?(?:await\s+)?${runner.replaceAll('$', String.raw`\$`)}\.query\(\s*(${TEXT})\s*,?\s*\)\s*;?\s*`,
  );
  const queries: TypeormQuery[] = [];
  while (!rest.startsWith('}')) {
    const [whole, literal] = call.exec(rest) ?? [];
    if (whole === undefined || literal === undefined) {
      const said = (rest.split('\n')[0] ?? '').slice(0, 60);
      return { queries: [], refusal: `its up does more than query plain texts: "${said}"` };
    }
    const at = from + body.length - rest.length + whole.indexOf(literal) + 1;
    queries.push({ sql: unquoted(literal), at });
    if (whole.startsWith('return')) break;
    rest = rest
      .slice(whole.length)
      .replace(/^(\s*\/\/.*\n)+/, '')
      .trimStart();
  }
  return { queries, refusal: null };
}

/** A literal without anything that has to be worked out. */
const TEXT = String.raw`\x60(?:[^\x60\\$]|\$(?!\{)|\\[\s\S])*\x60|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"`;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquoted = (literal: string): string =>
  literal.slice(1, -1).replaceAll(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char);
