import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { FeatureView, FlagAct, FlagSummary, FlagView } from '../../core/protocol/flag-view.ts';
import { personName } from '../shell/person.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

/** The flags of rollouts. */
export function useFlags(): UseQueryResult<readonly FlagSummary[]> {
  return useQuery({
    queryKey: ['flags', 'rollouts'],
    queryFn: async ({ signal }) => {
      const path = api('flags');
      return (await request<{ flags: FlagSummary[] }>('GET', path, undefined, signal)).flags;
    },
    refetchInterval: useRefresh(),
  });
}

/** The flags that people manage, as far as one may see all of them. */
export function useFeatures(): UseQueryResult<readonly FeatureView[]> {
  return useQuery({
    queryKey: ['flags', 'people'],
    queryFn: async ({ signal }) => {
      const path = api('features');
      return (await request<{ features: FeatureView[] }>('GET', path, undefined, signal)).features;
    },
    refetchInterval: useRefresh(),
  });
}

export function useFlag(name: string): UseQueryResult<FlagView> {
  return useQuery({
    queryKey: ['flag', name],
    queryFn: ({ signal }) => request<FlagView>('GET', api('flags', name), undefined, signal),
    refetchInterval: useRefresh(),
  });
}

export function useFeature(name: string): UseQueryResult<FeatureView> {
  return useQuery({
    queryKey: ['feature', name],
    queryFn: ({ signal }) => request<FeatureView>('GET', api('features', name), undefined, signal),
    refetchInterval: useRefresh(),
  });
}

/** What people did to it, newest first. */
export function useFlagLog(
  kind: 'flag' | 'feature',
  name: string,
): UseQueryResult<readonly FlagAct[]> {
  return useQuery({
    queryKey: [kind, name, 'log'],
    queryFn: async ({ signal }) => {
      const path = api(`${kind}s`, name, 'log');
      return (await request<{ acts: FlagAct[] }>('GET', path, undefined, signal)).acts;
    },
    refetchInterval: useRefresh(),
  });
}

/** What a person changes about the flag of a rollout. */
export interface FlagEdit {
  readonly enabled?: boolean;
  readonly share?: number;
  readonly pin?: readonly string[];
  readonly unpin?: readonly string[];
}

export function useFlagEdit(name: string): UseMutationResult<FlagView, Error, FlagEdit> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edit: FlagEdit) =>
      request<FlagView>('PATCH', api('flags', name), { ...edit, by: personName() || 'web UI' }),
    onSettled: () => client.invalidateQueries(),
  });
}

export interface Toggle {
  readonly environment: string;
  readonly enabled: boolean;
}

export function useToggle(name: string): UseMutationResult<FeatureView, Error, Toggle> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (toggle: Toggle) =>
      request<FeatureView>('POST', api('features', name, 'toggle'), toggle),
    onSettled: () => client.invalidateQueries(),
  });
}
