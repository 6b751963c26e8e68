import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { SessionView } from '../../core/protocol/session-view.ts';
import { sessionKey } from './query-client.ts';
import { api, ApiError, request } from './request.ts';

/** Who is signed in; null when nobody is. */
export function useSession(): UseQueryResult<SessionView | null> {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      try {
        return await request<SessionView>('GET', api('session'), undefined, signal);
      } catch (fault) {
        if (fault instanceof ApiError && fault.status === 401) return null;
        throw fault;
      }
    },
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.status === 'error' ? 2_000 : false),
  });
}

/** Turns a token into the browser's session. The page keeps no copy of it. */
export function useSignIn(): UseMutationResult<SessionView, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => request<SessionView>('POST', '/ui/session', { token }),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  });
}

/** Takes the session away, and with it all that the page knew. */
export function useSignOut(): UseMutationResult<null, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<null>('DELETE', '/ui/session'),
    onSuccess: () => {
      client.setQueryData(sessionKey, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
}
