import { answerParent, sendToParent } from '../processes/parent-channel.ts';
import { Load } from './load.ts';
import { seededRandom } from './random.ts';
import { Traffic } from './traffic.ts';
import { UsersClient } from './users-client.ts';

/** What the parent tells it to begin with. */
export interface LoadOrder {
  readonly ports: readonly number[];
  readonly perSecond: number;
  readonly seed: number;
}

let load: Load | null = null;
let client: UsersClient | null = null;

answerParent({
  begin: ({ ports, perSecond, seed }: LoadOrder) => {
    const random = seededRandom(seed);
    client = new UsersClient(ports);
    load = new Load(client, new Traffic(random), random);
    void load.run(perSecond);
  },
  finish: async () => {
    const figures = await load?.finish();
    client?.close();
    return figures;
  },
});
setInterval(() => {
  if (load !== null) sendToParent({ kind: 'note', payload: load.progress() });
}, 1_000);
sendToParent({ kind: 'ready', payload: null });
