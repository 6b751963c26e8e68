import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { AlertList } from '../../core/protocol/alert-list.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

/** The inbox: what fires, or all that was told of last. */
export function useAlerts(firingOnly: boolean): UseQueryResult<AlertList> {
  return useQuery({
    queryKey: ['alerts', firingOnly],
    queryFn: ({ signal }) => {
      const path = `${api('alerts')}${firingOnly ? '?status=firing' : ''}`;
      return request<AlertList>('GET', path, undefined, signal);
    },
    refetchInterval: useRefresh(30_000),
  });
}
