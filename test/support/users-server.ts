import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from './database.ts';
import { MortalCrossfade } from './mortal-crossfade.ts';
import type { Opened } from './opened.ts';
import { createUsers, SteadyUsers } from './steady-users.ts';

export interface UsersServer {
  readonly server: MortalCrossfade;
  readonly stateUrl: string;
  readonly targetUrl: string;
  readonly users: SteadyUsers;
}

interface Wanted {
  /** What its folder's name begins with. */
  readonly prefix: string;
  /** Rows of the table. */
  readonly rows?: number;
  /** What the users write. */
  readonly dobOf?: (id: number, turn: number) => string;
}

/** A server that can die, a target with a table of users, and an application that never rests. */
export async function openUsersServer(
  opened: Opened,
  { prefix, rows, dobOf }: Wanted,
): Promise<UsersServer> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  opened.keep(folder, (path) => rm(path, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const state = opened.keep(await createDatabase(), (one) => one.drop());
  const target = opened.keep(await createDatabase(), (one) => one.drop());
  await createUsers(target.url, rows);
  const server = await MortalCrossfade.at(folder, {
    DATABASE_URL: state.url,
    USERS_DB_URL: target.url,
  });
  opened.keep(server, (one) => one.stop());
  await server.start();
  const users = new SteadyUsers(target.url, server.url, await server.token('sdk'), dobOf);
  opened.keep(users, (one) => one.stop());
  return { server, stateUrl: state.url, targetUrl: target.url, users };
}
