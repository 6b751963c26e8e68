import type { RehearsalAnswer } from '../../core/protocol/rehearsal-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { rehearsalText } from '../views/rehearsal-text.ts';
import { durationFrom } from '../views/words.ts';

export interface RehearseOptions {
  readonly file: readonly string[];
  readonly target: string;
  readonly statements?: string;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

const pollMs = 200;

/** Tries the files' schema migrations on copies of their tables, and waits for the end. */
export async function rehearse(options: RehearseOptions, terminal: Terminal): Promise<number> {
  const limitMs = durationFrom(options.timeout);
  const answer = await rehearsed(options, terminal, limitMs);
  if (answer === null) {
    terminal.err(`not done within ${options.timeout ?? ''}; the server goes on for a while\n`);
    return exitStatus.timeout;
  }
  const reports = answer.rehearsals.flatMap(({ report }) => (report === null ? [] : [report]));
  const shown = {
    data: reports,
    table: () => reports.map(rehearsalText).join(''),
    names: () => reports.map(({ migration }) => `schemamigration/${migration}`),
  };
  show(options.output, shown, terminal);
  const isGood = reports.every(({ verdict }) => verdict === 'passed');
  return isGood ? exitStatus.ok : exitStatus.error;
}

/** What the server's rehearsals of some files come to; null when they are not over in time. */
export async function rehearsed(
  { file, target, statements }: Pick<RehearseOptions, 'file' | 'target' | 'statements'>,
  terminal: Terminal,
  limitMs: number,
): Promise<RehearsalAnswer | null> {
  const client = new ApiClient(connectionOf(terminal.env));
  const old = statements === undefined ? [] : await readFiles([statements], terminal);
  const request = {
    files: await readFiles(file, terminal),
    ...(old.length === 0 ? {} : { statements: old }),
  };
  let answer = await client.rehearse(target, request);
  for (let waited = 0; answer.rehearsals.some(({ report }) => report === null); waited += pollMs) {
    if (waited >= limitMs) return null;
    await terminal.sleep(pollMs);
    answer = await client.rehearse(target, { ...request, generation: answer.generation });
  }
  return answer;
}
