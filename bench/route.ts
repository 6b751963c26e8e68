import { openStateDatabase } from '../src/adapters/postgres/data-source.ts';
import { PostgresFlagProvider } from '../src/adapters/postgres/postgres-flag-provider.ts';
import { routeSpec } from '../test/support/random-route.ts';
import { FlagServer } from './flags/flag-server.ts';
import type { LoadFigures } from './flags/http-load.ts';
import { runLoad } from './flags/run-load.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const rounds = 5;
const rollout = 'users-birthdate';

/**
 * What the question of a gateway costs: answers of `GET /route/:rollout` per second as 32 connections
 * ask at once, and how long one waits for its answer when 4 do.
 */
export async function benchRoute({ full }: BenchOptions): Promise<BenchReport> {
  const server = await FlagServer.start();
  try {
    await showRoute(server);
    const seconds = full ? 5 : 2;
    const busy = await measure(server, 32, seconds);
    const calm = await measure(server, 4, seconds);
    return {
      bench: 'route',
      rows: [
        rowOf('answers', 'requests/s', busy, ({ perSecond }) => perSecond),
        rowOf('p99 with 32 connections', 'ms', busy, ({ p99Ms }) => p99Ms),
        rowOf('p99 with 4 connections', 'ms', calm, ({ p99Ms }) => p99Ms),
      ],
    };
  } finally {
    await server.stop();
  }
}

async function showRoute({ databaseUrl, peer, sdkToken }: FlagServer): Promise<void> {
  const source = await openStateDatabase(databaseUrl);
  const spec = routeSpec({ share: 100 });
  await new PostgresFlagProvider(source).set({ name: rollout, spec, version: 1, enable: true });
  await source.destroy();
  const headers = headersOf(sdkToken);
  let side: string | null = null;
  while (side !== 'new') {
    side = (await fetch(`${peer.url}/route/${rollout}`, { headers })).headers.get(
      'x-crossfade-side',
    );
  }
}

async function measure(
  { peer, sdkToken }: FlagServer,
  connections: number,
  seconds: number,
): Promise<readonly LoadFigures[]> {
  const figures: LoadFigures[] = [];
  const load = { url: `${peer.url}/route/${rollout}`, headers: headersOf(sdkToken), status: 200 };
  for (let round = 0; round < rounds; round += 1) {
    figures.push(await runLoad({ ...load, connections, seconds }));
  }
  return figures;
}

function headersOf(token: string): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    'x-crossfade-service': 'users-api',
    'x-crossfade-gateway': 'bench',
    'x-crossfade-unit': 'tenant-17',
  };
}

function rowOf(
  name: string,
  unit: string,
  figures: readonly LoadFigures[],
  pick: (figures: LoadFigures) => number,
): Row {
  return { case: name, unit, ours: spreadOf(figures.map(pick)), peers: {}, ratio: null };
}
