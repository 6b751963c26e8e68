import { CrossfadeError } from '../../core/errors.ts';
import type { OldStatement } from '../../core/schema-migration/trace/old-statements.ts';
import { migrationsIn, readStatements } from '../../language/read-migrations.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type AskTarget, foreseeOperations } from '../plan/foresee-operations.ts';
import { type Foresight, foresightOf } from '../plan/foresight.ts';
import { readClasses } from '../plan/read-classes.ts';
import { readScript, type Running } from '../plan/read-script.ts';
import { foreseenOf, type Script } from '../plan/script.ts';
import { tryScripts } from '../plan/try-scripts.ts';
import { formatted, type OutputForm } from '../output.ts';
import { readFiles, type TextFile } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';
import { planMarkdown } from '../views/plan-markdown.ts';
import { planSql } from '../views/plan-sql.ts';
import { planText } from '../views/plan-text.ts';

export interface PlanOptions {
  readonly file: readonly string[];
  readonly server: string;
  readonly transaction?: 'file' | 'statement';
  /** What the scripts are tried on. */
  readonly schema?: string;
  /** What policies are planned for. */
  readonly target?: string;
  /** What the version in use runs. */
  readonly statements?: string;
  readonly output: OutputForm | 'text' | 'markdown' | 'sql';
}

/** Oldest and newest server whose behaviour the rules know. */
const servers = [15, 18] as const;

/**
 * Says of migrations in any form what they would do to a database in use: by their text, and with a
 * schema by what is seen when they run on it.
 */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const foresight = await foresee(options, terminal);
  terminal.out(textIn(options.output, foresight));
  return foresight.verdict === 'no-go' ? exitStatus.error : exitStatus.ok;
}

/** What is to be foreseen, whatever form the answer has. */
type Foreseeing = Omit<PlanOptions, 'output'>;

/** What the files would do, however they are written. */
export async function foresee(options: Foreseeing, terminal: Terminal): Promise<Foresight> {
  const running = { server: serverOf(options.server), transaction: options.transaction };
  const files = await readFiles(options.file, terminal, '.yaml .yml .sql .ts');
  const written = files.filter(isPolicy);
  const others = files.filter((file) => !isPolicy(file));
  const listed = others.length === 0 ? [] : readStatements(written);
  const scripts = await tried(await scriptsOf(others, running), { ...options, listed }, terminal);
  const parts = scripts.map(foreseenOf);
  const ask = targetOf(options, written, terminal);
  // Beside scripts there may be nothing but the services that they are tried for.
  const isPlanned = others.length === 0 || ask !== null || migrationsIn(written).length > 0;
  // Documents refer to each other, so they are read together.
  if (written.length > 0 && isPlanned) {
    parts.push(await foreseeOperations(written, running.server, ask));
  }
  return foresightOf(parts);
}

function textIn(form: PlanOptions['output'], foresight: Foresight): string {
  if (form === 'markdown') return planMarkdown(foresight);
  if (form === 'sql') return planSql(foresight);
  const { verdict, findings, migrations } = foresight;
  return formatted(form === 'text' ? 'table' : form, {
    data: { verdict, findings, migrations },
    table: () => planText(foresight),
    names: () => migrations.map(({ name }) => `schemamigration/${name}`),
  });
}

function targetOf(
  { target }: Foreseeing,
  written: readonly TextFile[],
  terminal: Terminal,
): AskTarget | null {
  if (target === undefined) return null;
  if (written.length === 0) {
    const message = '--target is for policies and schema migrations; try SQL by --schema FILE';
    throw new CrossfadeError('invalidInput', message);
  }
  const client = new ApiClient(connectionOf(terminal.env));
  return (files) => client.plan(target, files);
}

async function scriptsOf(files: readonly TextFile[], running: Running): Promise<Script[]> {
  const scripts: Script[] = [];
  for (const file of files) {
    if (file.name.endsWith('.ts')) scripts.push(...(await readClasses(file, running)));
    else scripts.push(await readScript(file, running));
  }
  return scripts;
}

/** What services of the files say that they run. */
interface Listed {
  readonly listed: readonly OldStatement[];
}

async function tried(
  scripts: readonly Script[],
  { schema, statements, listed }: Pick<PlanOptions, 'schema' | 'statements'> & Listed,
  terminal: Terminal,
): Promise<readonly Script[]> {
  if (schema === undefined) {
    if (statements === undefined) return scripts;
    const message = '--statements are tried on a schema; name one by --schema FILE';
    throw new CrossfadeError('invalidInput', message);
  }
  const [file] = await readFiles([schema], terminal);
  const [old] = statements === undefined ? [] : await readFiles([statements], terminal);
  if (file === undefined) return scripts;
  const seen = await tryScripts(scripts, { schema: file, statements: old ?? null, listed });
  for (const note of seen.notes) terminal.err(`${note}\n`);
  return seen.scripts;
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
