import {
  keepPreviousData,
  type QueryClient,
  replaceEqualDeep,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type {
  EventKind,
  RolloutEvent,
  RolloutEventPage,
} from '../../core/protocol/rollout-event.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

/** As many are drawn at once, however long the history is. */
const perPage = 100;

/** What was written at one moment may be seen a moment later than what was written after it. Milliseconds. */
const overlapMs = 10_000;

/** Whose events, and of which kind; null for all of them. */
export interface EventsAsked {
  readonly rollout: string | undefined;
  readonly kind: EventKind | null;
}

/** The newest events, then each that happens: those that are known are not asked for again. */
export function useNewestEvents({ rollout, kind }: EventsAsked): UseQueryResult<RolloutEventPage> {
  const client = useQueryClient();
  const queryKey = ['events', rollout ?? '', kind];
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => follow(client, queryKey, { rollout, kind }, signal),
    enabled: rollout !== undefined,
    refetchInterval: useRefresh(),
    // What stays the same is kept by what it is called, not by its place in the list.
    structuralSharing: false,
  });
}

/** A page of events up to a moment, which nothing new comes into; asks for none where it is null. */
export function useEventsUntil(
  { rollout = '', kind }: EventsAsked,
  until: number | null,
): UseQueryResult<RolloutEventPage> {
  return useQuery({
    queryKey: ['events until', rollout, kind, until],
    queryFn: ({ signal }) => ask({ rollout, kind }, `&until=${until}`, signal),
    enabled: until !== null && rollout !== '',
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

async function follow(
  client: QueryClient,
  queryKey: readonly unknown[],
  asked: EventsAsked,
  signal: AbortSignal,
): Promise<RolloutEventPage> {
  const known = client.getQueryData<RolloutEventPage>(queryKey);
  const newest = known?.events.at(-1)?.at;
  if (known === undefined || newest === undefined) return ask(asked, '', signal);
  const since = Math.min(newest - overlapMs, ...known.events.filter(isOpen).map(({ at }) => at));
  const fresh = await ask(asked, `&since=${since}`, signal);
  const isWhole = fresh.hasEarlier || leadsFromKnownAlert(known, fresh);
  return joined(known, isWhole ? await ask(asked, '', signal) : fresh, isWhole);
}

/** A command that nobody has answered: what became of it is still to come. */
function isOpen(event: RolloutEvent): boolean {
  return event.kind === 'command' && event.command.answer === null;
}

/** Then what is said of the alert, which may be long ago, is said otherwise now. */
function leadsFromKnownAlert(known: RolloutEventPage, fresh: RolloutEventPage): boolean {
  const before = new Set(known.events.map(({ id }) => id));
  return fresh.events.some(
    ({ id, ...event }) =>
      event.kind === 'decision' && event.decision.alert !== undefined && !before.has(id),
  );
}

/** What is known with what came; the newest of both. What did not change is the very same as before. */
function joined(
  known: RolloutEventPage,
  fresh: RolloutEventPage,
  isWhole: boolean,
): RolloutEventPage {
  const all = new Map(known.events.map((event) => [event.id, event]));
  const came = fresh.events.map((event) => replaceEqualDeep(all.get(event.id), event));
  if (isWhole) return { ...fresh, events: came };
  for (const event of came) all.set(event.id, event);
  const sorted = [...all.values()].toSorted((one, other) => one.at - other.at);
  const first = sorted.at(-perPage)?.at ?? 0;
  const events = sorted.filter(({ at }) => at >= first);
  return { events, hasEarlier: known.hasEarlier || events.length < sorted.length };
}

function ask(
  { rollout = '', kind }: EventsAsked,
  span: string,
  signal: AbortSignal,
): Promise<RolloutEventPage> {
  const only = kind === null ? '' : `&kind=${kind}`;
  const path = `${api('rollouts', rollout, 'events')}?limit=${perPage}${only}${span}`;
  return request<RolloutEventPage>('GET', path, undefined, signal);
}
