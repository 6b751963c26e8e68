import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out for outgoing connections (Linux from 32768, others higher). */
const [lowest, above] = [20_000, 32_000] as const;
const attempts = 50;

/**
 * A free port of 127.0.0.1 that stays free: the control plane must come back on the same one after
 * a crash, and no outgoing connection may have taken it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, above);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port of 127.0.0.1 was found between ${lowest} and ${above}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
