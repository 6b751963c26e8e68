import type { IncomingHttpHeaders } from 'node:http';
import type { FlagClient, InstanceRegistry } from '../../engine/ports/instance-registry.ts';

const flushEveryMs = 2_000;
const mostPending = 10_000;
const longestText = 200;
const longestIntervalMs = 86_400_000;

/** What a call says of the client. */
interface Sighting {
  /** Of a poll: the revision of the flags that it holds; null where it says none. */
  readonly held?: number | null;
  /** Flags that it reports to have asked for. */
  readonly asked?: readonly string[];
}

/**
 * Notes which plain clients asked for flags and what they hold, off their way: the answer of a poll
 * comes from memory, and writes nothing.
 */
export class ClientSightings {
  readonly #registry: InstanceRegistry;
  readonly #timer: NodeJS.Timeout;
  #pending = new Map<string, FlagClient>();

  constructor(registry: InstanceRegistry) {
    this.#registry = registry;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  note(headers: IncomingHttpHeaders, environment: string, sighting: Sighting = {}): void {
    const app = text(headers['unleash-appname']);
    const instance = instanceOf(headers);
    if (app === null || instance === null) return;
    const key = `${app}\n${instance}\n${environment}`;
    const pending = this.#pending.get(key);
    if (this.#pending.size >= mostPending && pending === undefined) return;
    const sdk = text(headers['unleash-sdk']);
    const fresh = { app, instance, environment, sdk, ...asPolled(headers, sighting) };
    this.#pending.set(key, pending === undefined ? fresh : withKnown(fresh, pending));
  }

  /** Writes down who was there. What cannot be written now is, with who comes next. */
  async flush(): Promise<void> {
    const noted = this.#pending;
    if (noted.size === 0) return;
    this.#pending = new Map();
    try {
      await this.#registry.seen([...noted.values()]);
    } catch {
      for (const [key, client] of noted) {
        if (!this.#pending.has(key)) this.#pending.set(key, client);
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

/** What it calls besides polling, it calls at another pace. */
function asPolled(
  headers: IncomingHttpHeaders,
  { held, asked = [] }: Sighting,
): Pick<FlagClient, 'revision' | 'intervalMs' | 'asked'> {
  if (held === undefined) return { revision: null, intervalMs: null, asked };
  return { revision: held, intervalMs: interval(headers), asked };
}

/** What one call does not say, an earlier one may have said. */
function withKnown(fresh: FlagClient, known: FlagClient): FlagClient {
  return {
    ...fresh,
    revision: fresh.revision ?? known.revision,
    intervalMs: fresh.intervalMs ?? known.intervalMs,
    asked: fresh.asked.length === 0 ? known.asked : fresh.asked,
  };
}

/** Many processes may share an instance id that somebody configured; a connection is one process. */
function instanceOf(headers: IncomingHttpHeaders): string | null {
  const id = text(headers['unleash-instanceid']);
  const connection = text(headers['unleash-connection-id'])?.slice(0, 8) ?? null;
  if (id === null || connection === null) return id ?? connection;
  return `${id} ${connection}`;
}

function text(value: string | readonly string[] | undefined): string | null {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) return null;
  return value.slice(0, longestText);
}

function interval(headers: IncomingHttpHeaders): number | null {
  const ms = Number(headers['unleash-interval']);
  return Number.isInteger(ms) && ms > 0 && ms <= longestIntervalMs ? ms : null;
}
