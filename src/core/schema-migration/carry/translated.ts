import { cannotCarry } from './carrying.ts';
import type { Carrying } from './carrying.ts';

/**
 * Words that PostgreSQL writes bare and small into definitions, and that may be a column's name as
 * well. Its keywords, such as `NULLS FIRST`, it writes large, and nothing but them.
 */
const WORDS = new Set(
  (
    'btree hash gin gist spgist brin fillfactor deduplicate_items fastupdate ' +
    'varying without zone precision interval time'
  ).split(' '),
);

/**
 * SQL that PostgreSQL has written about the old columns, over those that replace them.
 * @param what it belongs to, for messages
 * @throws CrossfadeError `unsupported` where a name could be something else than the column
 */
export function translated(carrying: Carrying, sql: string, what: string): string {
  const { standing } = carrying;
  for (const name of standing.moved()) {
    const isCollation = new RegExp(`COLLATE ("?\\w+"?\\.)?"?${escaped(name)}\\b`).test(sql);
    if (WORDS.has(name) || name.endsWith('_ops') || isCollation) {
      throw cannotCarry(carrying, what, `"${name}" may mean something else in its definition`);
    }
  }
  return standing.in(sql, what, 'server');
}

const escaped = (name: string): string => name.replaceAll(/[^\w]/g, String.raw`\$&`);
