import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { refreshMs } from './query-client.ts';
import { api, request } from './request.ts';

/** The newest attempt of every policy. */
export function useRollouts(): UseQueryResult<readonly RolloutView[]> {
  return useQuery({
    queryKey: ['rollouts'],
    queryFn: async ({ signal }) => {
      const path = api('rollouts');
      const answer = await request<{ rollouts: RolloutView[] }>('GET', path, undefined, signal);
      return answer.rollouts;
    },
    refetchInterval: refreshMs,
  });
}
