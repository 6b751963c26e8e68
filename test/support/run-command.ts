import { runCli } from '../../src/cli/run-cli.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { ScriptedApi } from './scripted-api.ts';

/** What a command line did. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Milliseconds that it would have waited. */
  readonly slept: number;
}

/** Runs a command line in this process with the given surroundings. */
export async function runCommand(line: string, changes: Partial<Terminal> = {}): Promise<Ran> {
  const ran = { out: '', err: '', slept: 0 };
  const terminal: Terminal = {
    env: {},
    interactive: false,
    timeZone: 'UTC',
    out: (text) => void (ran.out += text),
    err: (text) => void (ran.err += text),
    readStdin: () => Promise.resolve(''),
    sleep: (ms) => Promise.resolve(void (ran.slept += ms)),
    ...changes,
  };
  const status = await runCli(line.split(' '), terminal);
  return { status, ...ran };
}

/** The same against a server that lives as long as the command. */
export async function askServer(
  api: ScriptedApi,
  line: string,
  changes: Partial<Terminal> = {},
): Promise<Ran> {
  const env = { CROSSFADE_URL: await api.start(), CROSSFADE_TOKEN: 'secret', ...changes.env };
  try {
    return await runCommand(line, { ...changes, env });
  } finally {
    await api.stop();
  }
}
