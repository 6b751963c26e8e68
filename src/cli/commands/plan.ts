import { CrossfadeError } from '../../core/errors.ts';
import { exitStatus } from '../exit-status.ts';
import { foreseeClasses } from '../plan/foresee-classes.ts';
import { foreseeOperations } from '../plan/foresee-operations.ts';
import { foreseeScript, type Running } from '../plan/foresee-script.ts';
import { type Foreseen, type Foresight, foresightOf } from '../plan/foresight.ts';
import { readFiles, type TextFile } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';
import { planMarkdown } from '../views/plan-markdown.ts';
import { planSql } from '../views/plan-sql.ts';
import { planText } from '../views/plan-text.ts';

export interface PlanOptions {
  readonly file: readonly string[];
  readonly server: string;
  readonly transaction?: 'file' | 'statement';
  readonly output: 'text' | 'json' | 'markdown' | 'sql';
}

/** Oldest and newest server whose behaviour the rules know. */
const servers = [15, 18] as const;

/** Says of migrations in any form, by their text alone, what they would do to a database in use. */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const running = { server: serverOf(options.server), transaction: options.transaction };
  const files = await readFiles(options.file, terminal, '.yaml .yml .sql .ts');
  const foresight = foresightOf(await foresee(files, running));
  terminal.out(views[options.output](foresight));
  return foresight.verdict === 'no-go' ? exitStatus.error : exitStatus.ok;
}

const views: Readonly<Record<PlanOptions['output'], (foresight: Foresight) => string>> = {
  text: planText,
  json: ({ verdict, findings, migrations }) =>
    `${JSON.stringify({ verdict, findings, migrations }, null, 2)}\n`,
  markdown: planMarkdown,
  sql: planSql,
};

async function foresee(files: readonly TextFile[], running: Running): Promise<Foreseen[]> {
  const written = files.filter(isPolicy);
  const parts: Foreseen[] = [];
  for (const file of files) {
    if (written.includes(file)) continue;
    const isClass = file.name.endsWith('.ts');
    parts.push(await (isClass ? foreseeClasses : foreseeScript)(file, running));
  }
  // Documents refer to each other, so they are read together.
  if (written.length > 0) parts.push(await foreseeOperations(written, running.server));
  return parts;
}

/** What comes from stdin has no name to go by. */
function isPolicy({ name, text }: TextFile): boolean {
  return /\.ya?ml$/.test(name) || (name === 'stdin' && /^apiVersion:/m.test(text));
}

function serverOf(text: string): number {
  const [oldest, newest] = servers;
  const server = Number(text);
  if (Number.isInteger(server) && server >= oldest && server <= newest) return server;
  const expected = `expected a major version, ${oldest} to ${newest}`;
  throw new CrossfadeError('invalidInput', `--server is \`${text}\`; ${expected}`);
}
