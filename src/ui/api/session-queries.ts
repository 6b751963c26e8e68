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

/** What the identity provider is called that people sign in at; null where there is none. */
export function useIdentityProvider(): UseQueryResult<string | null> {
  return useQuery({
    queryKey: ['identity provider'],
    queryFn: async ({ signal }) =>
      (await request<{ name: string | null }>('GET', '/ui/oidc/name', undefined, signal)).name,
    staleTime: Infinity,
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
    // A session that is over already cannot end itself; its cookie goes all the same.
    mutationFn: async () => {
      await request<null>('DELETE', api('session')).catch(() => null);
      return request<null>('DELETE', '/ui/session');
    },
    onSuccess: () => {
      const isKnownElsewhere = client.getQueryData<SessionView | null>(sessionKey)?.signedIn;
      // The identity provider forgets them too, and leads them back.
      if (isKnownElsewhere === true) return location.assign('/ui/oidc/sign-out');
      client.setQueryData(sessionKey, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
}
