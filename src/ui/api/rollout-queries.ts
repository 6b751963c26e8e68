import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { BackfillView } from '../../core/protocol/backfill-view.ts';
import type { SeriesView } from '../../core/protocol/guard-series.ts';
import type { RolloutForecast } from '../../core/protocol/rollout-forecast.ts';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { personName } from '../shell/person.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';
import { noteServerTime } from './server-clock.ts';

/** Samples, rates and signs of life move all the time, without a commit that anybody announces. Milliseconds. */
const figuresMs = 3_000;

export function useRollout(name: string): UseQueryResult<RolloutView> {
  return useQuery({
    queryKey: ['rollout', name],
    queryFn: async ({ signal }) => {
      const path = api('rollouts', name);
      const view = await request<RolloutView>('GET', path, undefined, signal);
      noteServerTime(view.now);
      return view;
    },
    refetchInterval: useRefresh(figuresMs),
  });
}

/** The guards over time. */
export function useSeries(name: string): UseQueryResult<SeriesView> {
  return useQuery({
    queryKey: ['series', name],
    queryFn: ({ signal }) =>
      request<SeriesView>('GET', api('rollouts', name, 'series'), undefined, signal),
    refetchInterval: useRefresh(figuresMs),
  });
}

/** What the plan can show at the traffic seen so far, which changes slowly. */
export function useForecast(name: string, active: boolean): UseQueryResult<RolloutForecast> {
  return useQuery({
    queryKey: ['forecast', name],
    queryFn: ({ signal }) =>
      request<RolloutForecast>('GET', api('rollouts', name, 'forecast'), undefined, signal),
    refetchInterval: 30_000,
    enabled: active,
  });
}

export function useBackfill(name: string, active: boolean): UseQueryResult<BackfillView> {
  return useQuery({
    queryKey: ['backfill', name],
    queryFn: ({ signal }) =>
      request<BackfillView>('GET', api('rollouts', name, 'backfill'), undefined, signal),
    refetchInterval: useRefresh(figuresMs),
    enabled: active,
  });
}

/** What a person asks of a rollout. */
export interface Order {
  readonly verb: string;
  readonly reason: string;
  /** `complete` must repeat the name. */
  readonly confirm?: string;
  /** `override`: which guard is set aside, and for how long in milliseconds. */
  readonly guard?: string;
  readonly forMs?: number;
  /** `dismiss`: the id of an alert. */
  readonly alert?: string;
}

interface Answer {
  readonly answered: boolean;
  readonly reason?: string;
}

/** Sends a command; `start` begins a new attempt. A command that is sent twice counts once. */
export function useOrder(name: string): UseMutationResult<Answer | RolloutView, Error, Order> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, reason, ...detail }: Order): Promise<Answer | RolloutView> => {
      if (verb === 'start') return request<RolloutView>('POST', api('rollouts'), { policy: name });
      const [requestId, by] = [crypto.randomUUID(), personName()];
      return request<Answer>('POST', api('rollouts', name, 'commands'), {
        verb,
        requestId,
        ...(reason === '' ? {} : { reason }),
        ...(by === '' ? {} : { by }),
        ...detail,
      });
    },
    onSettled: () => client.invalidateQueries(),
  });
}
