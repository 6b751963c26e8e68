import type { RolloutEvent, RolloutEventPage } from '../core/protocol/rollout-event.ts';
import type { ApiClient } from './api-client.ts';

/** As many as the server gives at once. */
const perPage = 200;

/** The last `limit` things that happened to a rollout since then, oldest first, in however many pages they come. */
export async function lastEvents(
  client: ApiClient,
  name: string,
  { since, limit }: { readonly since: number; readonly limit: number },
): Promise<RolloutEventPage> {
  let events: readonly RolloutEvent[] = [];
  for (let until = ''; ;) {
    const size = Math.min(perPage, limit - events.length);
    const page = await client.events(name, `since=${since}&limit=${size}${until}`);
    events = [...page.events, ...events];
    const first = page.events[0];
    if (!page.hasEarlier || first === undefined || events.length >= limit) {
      return { events, hasEarlier: page.hasEarlier };
    }
    until = `&until=${first.at - 1}`;
  }
}
