import { once } from 'node:events';
import { createServer } from 'node:http';
import { createCrossfade } from '@crossfade/sdk';
import { routeRowBy } from '@crossfade/sdk/pg';
import pg from 'pg';
import { answerParent, sendToParent } from '../processes/parent-channel.ts';
import { Faults } from './faults.ts';
import type { FaultName } from './faults.ts';
import { requestHandler } from './request-handler.ts';
import { ServiceRecord } from './service-record.ts';
import { settings } from './settings.ts';
import { newQueries, oldQueries } from './user-queries.ts';
import { Users } from './users.ts';

const { databaseUrl, crossfadeUrl, crossfadeToken } = settings();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 12 });
// An idle connection that breaks off is replaced at the next query; that is no reason to end.
pool.on('error', (error) => process.stderr.write(`idle connection: ${error.message}\n`));

const record = new ServiceRecord();
const faults = new Faults(() => record.faultHit());
const crossfade = createCrossfade({
  url: crossfadeUrl,
  token: crossfadeToken,
  service: 'users-api',
  routeRow: routeRowBy(pool),
});
const sides = { old: oldQueries(pool), new: newQueries(pool) };
const users = new Users(crossfade, sides, faults, record);
const server = createServer(requestHandler(crossfade, users, record));
server.keepAliveTimeout = 60_000;

answerParent({
  arm: (fault: FaultName | null) => faults.arm(fault),
  figures: () => record.figures(),
});
process.on('SIGTERM', () => void shutDown());

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port was assigned');
sendToParent({ kind: 'ready', payload: { port: address.port } });

async function shutDown(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await crossfade.close();
  await pool.end();
  process.exit(0);
}
