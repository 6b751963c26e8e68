import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { inheritedEnvironment } from '../processes/inherited-environment.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Saves a rollout's history as a person would: `crossfade replay NAME -o json | gzip > FILE`. */
export async function saveHistory(
  connection: { readonly url: string; readonly token: string },
  rollout: string,
  file: string,
): Promise<void> {
  const child = spawn(process.execPath, [cli, 'replay', rollout, '-o', 'json'], {
    env: inheritedEnvironment({
      CROSSFADE_URL: connection.url,
      CROSSFADE_TOKEN: connection.token,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await pipeline(child.stdout, createGzip({ level: 9 }), createWriteStream(file));
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`the history of ${rollout} was not saved: exit ${status}`);
}
