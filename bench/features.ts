import type { Load } from './flags/http-load.ts';
import type { Peer } from './flags/flag-server.ts';
import { runLoad } from './flags/run-load.ts';
import { TwoFlagServices } from './flags/two-flag-services.ts';
import { type BenchOptions, type BenchReport, type Row, spreadOf } from './report.ts';

const rounds = 5;
const connections = 32;
/** What every SDK of today sends; without it Unleash would resolve segments for each client. */
const specification = { 'unleash-client-spec': '5.2.0' };

/**
 * Answers per second to `GET /api/client/features`, from Crossfade and from a real unleash-server with
 * the same flags on the same machine, in turns: to clients that know the flags already, and to clients
 * that do not.
 */
export async function benchFeatures({ full }: BenchOptions): Promise<BenchReport> {
  const services = await TwoFlagServices.open();
  try {
    const rows: Row[] = [];
    let made = 0;
    for (const count of full ? [100, 1_000] : [100]) {
      await services.fill(made, count);
      made = count;
      rows.push(await benchCase(services, 'etag match', made, full));
      rows.push(await benchCase(services, 'full', made, full));
    }
    return { bench: 'features', rows };
  } finally {
    await services.close();
  }
}

async function benchCase(
  { ours, theirs }: TwoFlagServices,
  name: 'etag match' | 'full',
  count: number,
  full: boolean,
): Promise<Row> {
  const seconds = full ? 5 : 2;
  const samples: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    samples.ours.push((await runLoad(await loadOn(ours, name, seconds))).perSecond);
    samples.theirs.push((await runLoad(await loadOn(theirs, name, seconds))).perSecond);
  }
  const [own, peer] = [spreadOf(samples.ours), spreadOf(samples.theirs)];
  return {
    case: count === 100 ? name : `${name}, ${count} flags`,
    unit: 'requests/s',
    ours: own,
    peers: { 'unleash-server': peer },
    ratio: Number((own.median / peer.median).toFixed(2)),
  };
}

async function loadOn(peer: Peer, name: 'etag match' | 'full', seconds: number): Promise<Load> {
  const url = `${peer.url}/api/client/features`;
  const headers = { authorization: peer.token, ...specification };
  const load = { url, connections, seconds };
  if (name === 'full') return { ...load, headers, status: 200 };
  const etag = (await fetch(url, { headers })).headers.get('etag') ?? '';
  return { ...load, headers: { ...headers, 'if-none-match': etag }, status: 304 };
}
