import { createInterface } from 'node:readline';
import { createCrossfade } from '../../src/sdk/index.ts';
import type { Crossfade, Migration } from '../../src/sdk/index.ts';

// Our own SDK as a client under test: orders on stdin, an answer to each on stdout.
interface Order {
  readonly do: 'connect' | 'operate' | 'close';
  readonly url: string;
  readonly token: string;
  readonly service: string;
  readonly migrations: readonly string[];
  readonly heartbeatMs: number;
  readonly maxStaleMs: number;
  readonly freezeAfterMs: number;
  readonly migration: string;
  readonly unit: string | null;
  readonly operation: 'read' | 'write';
  readonly fails: boolean;
}

let crossfade: Crossfade;
const migrations = new Map<string, Migration>();

async function obey(order: Order): Promise<object> {
  if (order.do === 'connect') {
    crossfade = createCrossfade({ ...order, onWarning: () => {} });
    for (const name of order.migrations) migrations.set(name, crossfade.migration(name));
    return {};
  }
  if (order.do === 'operate') return { side: await operate(order) };
  await crossfade.close();
  return {};
}

async function operate({ migration, unit, operation, fails }: Order): Promise<string | null> {
  let side: string | null = null;
  const on = (name: string) => () => {
    side = name;
    if (fails) throw new Error('told to fail');
    return name;
  };
  const call = { old: on('old'), new: on('new') };
  const work = () => migrations.get(migration)?.[operation](call);
  await Promise.resolve(crossfade.withUnit(unit, work)).catch(() => undefined);
  return side;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(JSON.parse(line) as Order).catch((error: unknown) => ({
    error: String(error),
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
