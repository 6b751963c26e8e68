import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that takes events and forgets them, in place of LaunchDarkly's own. */
export interface EventSink {
  readonly url: string;
  stop(): void;
}

export async function startEventSink(): Promise<EventSink> {
  const child = fork(new URL('event-sink-process.ts', import.meta.url));
  const [url] = (await once(child, 'message')) as [string];
  return { url, stop: () => void child.kill() };
}
