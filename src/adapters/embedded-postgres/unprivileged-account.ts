import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CrossfadeError } from '../../core/errors.ts';

const run = promisify(execFile);

/** The operating system's account that the server runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres`, which is created when missing.
 * Anybody else runs it as himself: null.
 */
export async function unprivilegedAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await lookUp(NAME);
  if (existing !== null) return existing;
  const fault = await create(NAME);
  // Looked up again even after a fault: a second start may have created it at the same moment.
  const created = await lookUp(NAME);
  if (created !== null) return created;
  throw new CrossfadeError(
    'refused',
    `PostgreSQL cannot run as root, and the account "${NAME}" could not be created. ` +
      `Create it (useradd --system ${NAME}), start as an ordinary user, or set DATABASE_URL.`,
    { cause: fault },
  );
}

async function lookUp(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function create(name: string): Promise<unknown> {
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  try {
    await run('useradd', ['--system', '--user-group', ...home, name]);
    return null;
  } catch (fault) {
    return fault;
  }
}
