import { parseScript } from '../../adapters/pg-parser/parse-script.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import { lintScript } from '../../core/schema-migration/lint/lint-script.ts';
import { exitStatus } from '../exit-status.ts';
import { placeOfByte, placeOfLetter, type PlaceInText } from '../place-in-text.ts';
import { readFiles, type TextFile } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';
import { planText } from '../views/plan-text.ts';

export interface PlanOptions {
  readonly file: readonly string[];
  readonly server: string;
  readonly transaction: 'file' | 'statement';
  readonly output: 'text' | 'json';
}

/** A finding with the place where people look for it. */
export type PlacedFinding = Omit<Finding, 'place'> & PlaceInText & { readonly file: string };

/** What is told of some files; `no-go` when something in them must not run as it stands. */
export interface Foresight {
  readonly verdict: 'go' | 'no-go';
  readonly findings: readonly PlacedFinding[];
}

/** Oldest and newest server whose behaviour the rules know. */
const servers = [15, 18] as const;

/** Says of SQL scripts, by their text alone, what they would do to a database in use. */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<number> {
  const running = {
    server: serverOf(options.server),
    isWrapped: options.transaction === 'file',
  };
  const files = await readFiles(options.file, terminal, '.sql');
  const findings: PlacedFinding[] = [];
  for (const file of files) {
    const statements = await statementsOf(file);
    for (const { place, ...finding } of lintScript(statements, running)) {
      findings.push({ ...finding, file: file.name, ...placeOfByte(file.text, place) });
    }
  }
  const isRefused = findings.some(({ severity }) => severity === 'error');
  const foresight: Foresight = { verdict: isRefused ? 'no-go' : 'go', findings };
  const isJson = options.output === 'json';
  terminal.out(isJson ? `${JSON.stringify(foresight, null, 2)}\n` : planText(foresight));
  return isRefused ? exitStatus.error : exitStatus.ok;
}

async function statementsOf({ name, text }: TextFile) {
  if (/\.(ya?ml|ts)$/.test(name)) {
    const message = `${name} is no SQL: policies are checked by \`crossfade lint\``;
    throw new CrossfadeError('unsupported', message);
  }
  const parsed = await parseScript(text);
  if (!('message' in parsed)) return parsed;
  const fault = { file: name, ...placeOfLetter(text, parsed.letter), message: parsed.message };
  throw new CrossfadeError('invalidInput', 'PostgreSQL does not understand it', {
    faults: [fault],
  });
}

function serverOf(text: string): number {
  const [oldest, newest] = servers;
  const server = Number(text);
  if (Number.isInteger(server) && server >= oldest && server <= newest) return server;
  const expected = `expected a major version, ${oldest} to ${newest}`;
  throw new CrossfadeError('invalidInput', `--server is \`${text}\`; ${expected}`);
}
