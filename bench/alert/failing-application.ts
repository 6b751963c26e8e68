import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Epoch milliseconds, with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();

/**
 * What a Prometheus scrapes, and what its Alertmanager tells: it notes when the first failing sample of a rollout was
 * read, and when the notification of it came, which it hands on as it is.
 */
export interface FailingApplication {
  readonly url: string;
  /** From now on samples of that rollout fail, or do no more. */
  fail(rollout: string, isFailing: boolean): void;
  /** When the first failing sample was read, since it fails. */
  sampled(rollout: string): Promise<number>;
  /** When a notification came that says this of the rollout's alert, since it last changed. */
  told(rollout: string, status: 'firing' | 'resolved'): Promise<number>;
  close(): void;
}

/** @param receiver where notifications are handed on to */
export async function startFailingApplication(receiver: string): Promise<FailingApplication> {
  const failing = new Map<string, boolean>();
  const seen = new Map<string, number>();
  const note = (what: string): void => {
    if (!seen.has(what)) seen.set(what, now());
  };
  const scraped = (): string => {
    for (const [rollout, is] of failing) if (is) note(`sample ${rollout}`);
    const lines = [...failing].map(([name, is]) => `app_failing{rollout="${name}"} ${Number(is)}`);
    return ['# TYPE app_failing gauge', ...lines, ''].join('\n');
  };
  const handOn = async (body: string, authorization: string): Promise<number> => {
    const { alerts } = JSON.parse(body) as { alerts: readonly Told[] };
    for (const { status, labels } of alerts) note(`${status} ${labels['rollout']}`);
    const headers = { authorization, 'content-type': 'application/json' };
    return (await fetch(receiver, { method: 'POST', headers, body })).status;
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(scraped());
      return;
    }
    void text(request)
      .then((body) => handOn(body, request.headers.authorization ?? ''))
      .then((status) => response.writeHead(status).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const noted = async (what: string): Promise<number> => {
    for (;;) {
      const at = seen.get(what);
      if (at !== undefined) return at;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(rollout, isFailing) {
      failing.set(rollout, isFailing);
      const kinds = isFailing ? ['sample', 'firing'] : ['resolved'];
      for (const kind of kinds) seen.delete(`${kind} ${rollout}`);
    },
    sampled: (rollout) => noted(`sample ${rollout}`),
    told: (rollout, status) => noted(`${status} ${rollout}`),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Told {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
}
