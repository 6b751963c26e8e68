import { OldVersion } from '../../adapters/pglite/old-version.ts';
import { withPglite } from '../../adapters/pglite/start-pglite.ts';
import { traceScript, type TraceSession } from '../../adapters/pglite/trace-script.ts';
import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import { judgeTrace } from '../../core/schema-migration/trace/judge-trace.ts';
import { KEEPS_BOTH } from '../../core/schema-migration/rehearsal/broken-statement.ts';
import {
  joined,
  type OldStatement,
  statementsFromCsv,
} from '../../core/schema-migration/trace/old-statements.ts';
import { counted } from '../faults.ts';
import type { TextFile } from '../read-files.ts';
import { notUnderstood } from './not-understood.ts';
import type { Script } from './script.ts';

/** What scripts are tried on. */
export interface Trial {
  /** The database's schema, as `pg_dump --schema-only` writes it. */
  readonly schema: TextFile;
  /** What the version in use runs. */
  readonly statements: TextFile | null;
  /** What its services say that they run, besides that. */
  readonly listed: readonly OldStatement[];
}

/**
 * Runs the scripts on an empty database with the given schema, in this process, and adds to their
 * findings what was seen; `notes` is what could not be tried.
 */
export async function tryScripts(
  scripts: readonly Script[],
  { schema, statements, listed }: Trial,
): Promise<{ readonly scripts: readonly Script[]; readonly notes: readonly string[] }> {
  const old = joined(listed, statements === null ? [] : await oldStatements(statements));
  return withPglite(async (session) => {
    const notes = await load(session, schema);
    const version = new OldVersion(session);
    await version.begin(old);
    const tried: Script[] = [];
    for (const script of scripts) tried.push(await tryScript(session, version, script));
    if (version.unknown === 0) return { scripts: tried, notes };
    const unknown = `${version.unknown} of ${counted(old.length, 'statement')} of the version in use could not be planned before, and were not tried`;
    return { scripts: tried, notes: [...notes, unknown] };
  });
}

async function tryScript(
  session: TraceSession,
  version: OldVersion,
  script: Script,
): Promise<Script> {
  const findings = new Map<string, Finding>();
  const add = (some: readonly Finding[]): void => {
    for (const one of some) findings.set(`${one.place} ${one.rule} ${one.message}`, one);
  };
  const places = new Set(script.statements.map(({ place }) => place));
  // What the rules say of a part of a statement belongs to the statement.
  const at = (place: number): number => Math.max(0, ...[...places].filter((one) => one <= place));
  const judged = new Set<Finding>();
  for await (const { statement, traced, isOpen } of traceScript(session, script.statements)) {
    if (traced !== null) {
      const found = script.findings.filter((one) => at(one.place) === statement.place);
      for (const one of found) judged.add(one);
      add(judgeTrace(statement, traced, found));
    }
    for (const { sql, calls, fault } of await version.broken(isOpen)) {
      const often = calls === null ? '' : ` ${calls.toLocaleString('en')} times`;
      const message = `breaks what the version in use ran${often}: ${oneLine(sql)} (${fault})`;
      const rule = 'breaks-old-version';
      add([{ rule, severity: 'error', place: statement.place, message, safe: KEEPS_BOTH }]);
    }
  }
  add(script.findings.filter((one) => !judged.has(one)));
  const sorted = [...findings.values()].toSorted((one, other) => one.place - other.place);
  return { ...script, findings: sorted };
}

const shown = 80;

function oneLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > shown ? `${line.slice(0, shown)}…` : line;
}

/** Nobody owns anything here, so nothing is said of roles that are not there. */
const ABOUT_ROLES = /^(ALTER\b[^]*\bOWNER TO\b|GRANT\b|REVOKE\b|ALTER DEFAULT PRIVILEGES\b)/i;

/** What fails here, such as an extension that is not there, is told. psql's own commands are left out. */
async function load(session: TraceSession, { name, text }: TextFile): Promise<readonly string[]> {
  const parsed = await parseScript(text.replaceAll(/^\\.*$/gm, ''));
  if ('message' in parsed) throw notUnderstood({ name, text }, parsed.letter, parsed.message);
  const failed: string[] = [];
  for (const { text: sql } of parsed.filter((one) => !ABOUT_ROLES.test(one.text))) {
    await session.query(sql).catch((fault: unknown) => {
      failed.push(`${oneLine(sql)} (${fault instanceof Error ? fault.message : String(fault)})`);
    });
  }
  // A dump leaves the search path empty.
  await session.query('SET search_path = "$user", public; RESET check_function_bodies');
  const [first] = failed;
  if (first === undefined) return [];
  return [
    `${counted(failed.length, 'statement')} of ${name} could not be carried out, the first: ${first}`,
  ];
}

async function oldStatements({ name, text }: TextFile): Promise<readonly OldStatement[]> {
  if (name.endsWith('.csv')) return statementsFromCsv(text, name);
  const parsed = await parseScript(text);
  if ('message' in parsed) throw notUnderstood({ name, text }, parsed.letter, parsed.message);
  return parsed.map(({ text: sql }) => ({ sql, calls: null }));
}
