import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { FleetPage } from '../../core/protocol/fleet-page.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';
import { noteServerTime } from './server-clock.ts';

/** What an acknowledged share is moves without a commit. Milliseconds. */
const figuresMs = 10_000;

/** Rows of one page. */
export const rowsPerPage = 100;

export interface FleetPart {
  readonly show: string;
  readonly search: string;
  readonly offset: number;
}

/** A page of the list; the one before stays while the next is on its way. */
export function useFleet({ show, search, offset }: FleetPart): UseQueryResult<FleetPage> {
  return useQuery({
    queryKey: ['rollouts', show, search, offset],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({
        ...(show === '' ? {} : { show }),
        search,
        offset: String(offset),
        limit: String(rowsPerPage),
      });
      const page = await request<FleetPage>('GET', `${api('fleet')}?${query}`, undefined, signal);
      noteServerTime(page.now);
      return page;
    },
    placeholderData: keepPreviousData,
    refetchInterval: useRefresh(figuresMs),
  });
}
