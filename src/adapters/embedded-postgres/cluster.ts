import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CrossfadeError } from '../../core/errors.ts';
import type { NativeBinaries } from './native-binaries.ts';
import type { Account } from './unprivileged-account.ts';

const run = promisify(execFile);

/** The superuser of every cluster that this adapter creates. */
export const SUPERUSER = 'postgres';

/** PostgreSQL's own environment: nothing of ours (PGDATA, PGPORT, LC_*) may leak into it. */
export const CLEAN_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** A data directory that a server can be started on. */
export interface Cluster {
  /** Absolute, without symbolic links: what PostgreSQL calls data_directory. */
  readonly pgdata: string;
  readonly logFile: string;
  /** Of the superuser; it stands in the data directory, mode 0600. */
  readonly password: string;
}

/** Opens the cluster under `dataDir`, and creates it when there is none. */
export async function openCluster(
  dataDir: string,
  binaries: NativeBinaries,
  account: Account | null,
): Promise<Cluster> {
  const folder = await prepareFolder(dataDir, account);
  const pgdata = join(folder, 'pgdata');
  if (!(await exists(pgdata))) await create(pgdata, binaries, account);
  const password = await readFile(join(pgdata, 'crossfade-password'), 'utf8');
  return { pgdata, logFile: join(folder, 'postgres.log'), password };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function prepareFolder(dataDir: string, account: Account | null): Promise<string> {
  const path = resolve(dataDir);
  const first = await mkdir(path, { recursive: true });
  // Under umask 077 new parents would be closed to the account, so what is new is opened to pass.
  for (let made = path; first !== undefined && made !== dirname(first); made = dirname(made)) {
    await chmod(made, 0o755);
  }
  await chmod(path, account === null ? 0o700 : 0o711);
  const folder = await realpath(path);
  if (account !== null) await requirePassage(folder, account);
  return folder;
}

async function requirePassage(folder: string, account: Account): Promise<void> {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new CrossfadeError(
        'refused',
        `PostgreSQL runs as "${SUPERUSER}", which cannot enter ${at}, so it cannot keep its data ` +
          `in ${folder}. Choose a folder such as /var/lib/crossfade, or start as an ordinary user.`,
      );
    }
    if (at === dirname(at)) return;
  }
}

/**
 * initdb works on a draft that is renamed at the end: a crash in the middle leaves no half cluster,
 * and of two starts at once one wins and the other uses what the winner made.
 */
async function create(
  pgdata: string,
  binaries: NativeBinaries,
  account: Account | null,
): Promise<void> {
  const draft = await mkdtemp(`${pgdata}-draft-`);
  const passwordFile = `${draft}.password`;
  try {
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
    if (account !== null) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initdb(draft, passwordFile, binaries, account);
    await rename(passwordFile, join(draft, 'crossfade-password'));
    await rename(draft, pgdata);
  } catch (fault) {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
    if (!(await exists(pgdata))) throw fault;
  }
}

async function initdb(
  pgdata: string,
  passwordFile: string,
  binaries: NativeBinaries,
  account: Account | null,
): Promise<void> {
  const options = [
    `--pgdata=${pgdata}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-instructions',
    // The built-in provider sorts alike on every machine, whatever locales it has installed.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    await run(binaries.initdb, options, { ...account, cwd: pgdata, env: CLEAN_ENVIRONMENT });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new CrossfadeError(
      'unavailable',
      `initdb could not create a PostgreSQL cluster in ${pgdata}: ${stderr?.trim() ?? String(cause)}`,
      { cause },
    );
  }
}
