import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { TokenView } from '../../core/protocol/token-view.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

export function useTokens(): UseQueryResult<readonly TokenView[]> {
  return useQuery({
    queryKey: ['tokens'],
    queryFn: async ({ signal }) => {
      const path = api('tokens');
      return (await request<{ tokens: TokenView[] }>('GET', path, undefined, signal)).tokens;
    },
    refetchInterval: useRefresh(30_000),
  });
}

/** What a new token is to be good for: roles by project, or one kind of report. */
export interface TokenOrder {
  readonly name: string;
  readonly roles?: Readonly<Record<string, string>>;
  readonly scope?: string;
  /** Null for one that never expires. */
  readonly expiresAt: string | null;
}

/** Makes a token; the answer holds the only copy of its secret, which no cache keeps. */
export function useIssue(): UseMutationResult<TokenView & { secret: string }, Error, TokenOrder> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: TokenOrder) =>
      request<TokenView & { secret: string }>('POST', api('tokens'), order),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    gcTime: 0,
  });
}

export function useRevoke(): UseMutationResult<null, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<null>('DELETE', api('tokens', id)),
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
