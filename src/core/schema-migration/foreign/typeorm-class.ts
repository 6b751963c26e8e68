import { CrossfadeError } from '../../errors.ts';
import type { ForeignFile, ForeignMigration } from './foreign-migration.ts';

const CLASS = /\bclass\s+([A-Za-z_$][\w$]*?(\d{13}))\b[^{]*\{/g;
const UP = /\basync\s+up\s*\(\s*([A-Za-z_$][\w$]*)[^)]*\)[^{]*\{/;

/**
 * Migration classes of TypeORM's, known by their names, which end with the time of their making.
 * Nothing is executed: an `up` that does more than query plain texts is left to TypeORM.
 */
export function typeormClasses({ name, text }: ForeignFile): readonly ForeignMigration[] {
  const found = [...text.matchAll(CLASS)].map((match) => {
    const [, className = '', stamp = ''] = match;
    const body = text.slice(match.index + match[0].length);
    const own = /^\s*(?:readonly\s+)?name\s*(?::\s*string\s*)?=\s*(['"])([^'"]+)\1/m.exec(
      body,
    )?.[2];
    const key = own ?? className;
    return {
      tool: 'typeorm' as const,
      key,
      version: stamp,
      description: words(key.replace(/\d{13}$/, '')),
      script: name,
      sum: null,
      ...queriesOf(body),
      order: [Number(stamp)],
    };
  });
  if (found.length > 0) return found;
  throw new CrossfadeError(
    'invalidInput',
    `${name} holds no migration class of TypeORM's, which would be called like AddBirthdate1772442891000.`,
  );
}

const words = (name: string): string =>
  name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

/** The texts that `up` queries, one after the other. */
function queriesOf(body: string): Pick<ForeignMigration, 'sql' | 'refusal'> {
  const [head, runner = ''] = UP.exec(body) ?? [];
  if (head === undefined) return { sql: '', refusal: 'it has no up' };
  let rest = body.slice(body.indexOf(head) + head.length).trimStart();
  const call = new RegExp(
    String.raw`^(?:await\s+)?${runner.replaceAll('$', String.raw`\$`)}\.query\(\s*(${TEXT})\s*,?\s*\)\s*;?\s*`,
  );
  const queries: string[] = [];
  while (!rest.startsWith('}')) {
    const [whole, literal] = call.exec(rest) ?? [];
    if (whole === undefined || literal === undefined) {
      const said = (rest.split('\n')[0] ?? '').slice(0, 60);
      return { sql: '', refusal: `its up does more than query plain texts: "${said}"` };
    }
    queries.push(unquoted(literal).replace(/;?\s*$/, ';'));
    rest = rest
      .slice(whole.length)
      .replace(/^(\s*\/\/.*\n)+/, '')
      .trimStart();
  }
  return { sql: queries.join('\n'), refusal: null };
}

/** A literal without anything that has to be worked out. */
const TEXT = String.raw`\x60(?:[^\x60\\$]|\$(?!\{)|\\[\s\S])*\x60|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"`;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquoted = (literal: string): string =>
  literal.slice(1, -1).replaceAll(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char);
