import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CrossfadeError } from '../../src/core/errors.ts';
import { shellEnvironment } from './shell-environment.ts';

/** What was typed into a fresh clone, by whom, and what it came to. */
export interface CloneRun {
  readonly who: string;
  readonly command: string;
  /** Of the Node that the shell has. */
  readonly node: string;
  readonly succeeded: boolean;
  /** The last line of stdout, for people. */
  readonly lastLine: string;
  readonly durationMs: number;
}

export const mismatchDemo = 'npm run -s demo -- --scenario mismatch';

interface Visitor {
  readonly who: string;
  /** Null: as root, which this process is. */
  readonly account: { readonly uid: number; readonly gid: number } | null;
}

/** An account of every Linux that owns nothing. */
const ordinary = 'nobody';

/** Types `commands` into a clone in a closed folder, as root. Stops at the first that fails. */
export function asRoot(
  commands: readonly string[],
  tell: (line: string) => void,
): Promise<readonly CloneRun[]> {
  return visit({ who: 'root, folder of mode 0700', account: null }, commands, tell);
}

/** The same as an ordinary user with a home of its own, and nothing in it. */
export function asOrdinaryUser(
  commands: readonly string[],
  tell: (line: string) => void,
): Promise<readonly CloneRun[]> {
  const idOf = (option: string): number => Number(execFileSync('id', [option, ordinary]));
  const account = { uid: idOf('-u'), gid: idOf('-g') };
  // What only root may do is done before: `npm test` names what is missing and ends.
  if (commands.includes('npm test'))
    execFileSync(process.execPath, ['scripts/debian-packages.mjs']);
  return visit({ who: `ordinary user (${ordinary})`, account }, commands, tell);
}

async function visit(
  { who, account }: Visitor,
  commands: readonly string[],
  tell: (line: string) => void,
): Promise<readonly CloneRun[]> {
  if (process.getuid?.() !== 0) {
    throw new CrossfadeError(
      'refused',
      'clean-clone plays root and an ordinary user: start as root',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-clean-clone-'));
  try {
    const home = await closedHome(folder, account);
    const environment = shellEnvironment(home, account === null ? undefined : ordinary);
    const type = (command: string, cwd: string): Promise<Typed> =>
      typeInto(command, { ...account, cwd, env: environment });
    await type(
      `git clone --quiet --config advice.detachedHead=false ${join(folder, bundleName)} crossfade`,
      home,
    );
    const clone = join(home, 'crossfade');
    const node = (await type('node --version', clone)).lastLine;
    const runs: CloneRun[] = [];
    for (const command of commands) {
      const run = { who, command, node, ...(await type(command, clone)) };
      runs.push(run);
      const seconds = (run.durationMs / 1000).toFixed(0);
      tell(`${who}: ${command}: ${run.succeeded ? 'passed' : 'FAILED'} after ${seconds} s`);
      if (!run.succeeded) break;
    }
    return runs;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const bundleName = 'crossfade.bundle';

/** A folder of mode 0700; beside it all that is committed, where its owner can read it. */
async function closedHome(folder: string, account: Visitor['account']): Promise<string> {
  execFileSync('git', ['bundle', 'create', '--quiet', join(folder, bundleName), 'HEAD']);
  await chmod(folder, 0o711);
  await chmod(join(folder, bundleName), 0o644);
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  if (account !== null) await chown(home, account.uid, account.gid);
  return home;
}

type Typed = Pick<CloneRun, 'succeeded' | 'lastLine' | 'durationMs'>;

interface Place {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What it says for people goes to our stderr. */
async function typeInto(command: string, place: Place): Promise<Typed> {
  const began = performance.now();
  const child = spawn('sh', ['-c', command], { ...place, stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed, [status]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return {
    succeeded: status === 0,
    lastLine: printed.trimEnd().split('\n').at(-1) ?? '',
    durationMs: Math.round(performance.now() - began),
  };
}
