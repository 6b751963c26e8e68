import { StreamingClients } from './streaming-clients.ts';
import type { Peer } from './flag-server.ts';

/** What the bench asks of the process that holds the clients. */
export interface StreamingTask {
  readonly peer: Peer;
  readonly clients: number;
  readonly pushes: number;
  /** Of the management API. */
  readonly admin: string;
  readonly flag: string;
  readonly environment: string;
}

export type StreamingAnswer =
  | { readonly kind: 'connected' }
  /** Per push the milliseconds of each client. */
  | { readonly kind: 'measured'; readonly pushes: readonly (readonly number[])[] }
  | { readonly kind: 'failed'; readonly error: string };

function say(answer: StreamingAnswer): void {
  process.send?.(answer);
}

async function measure(task: StreamingTask): Promise<void> {
  const { peer, flag, environment, admin } = task;
  const clients = await StreamingClients.connect(peer, task.clients);
  say({ kind: 'connected' });
  const toggle = async (enabled: boolean): Promise<void> => {
    const response = await fetch(`${peer.url}/api/v1/features/${flag}/toggle`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ environment, enabled }),
    });
    if (!response.ok) throw new Error(`the toggle answered ${response.status}`);
  };
  const pushes: number[][] = [];
  for (let push = 0; push <= task.pushes; push += 1) {
    const enabled = push % 2 === 1;
    const times = await clients.push(flag, enabled, () => toggle(enabled));
    // The first one warms up.
    if (push > 0) pushes.push(times);
  }
  say({ kind: 'measured', pushes });
  await clients.end();
}

process.once('message', (task: StreamingTask) => {
  measure(task).catch((error: unknown) => say({ kind: 'failed', error: String(error) }));
});
