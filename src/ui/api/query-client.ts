import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './request.ts';

/** While there is no stream of changes, everything is asked for this often. Milliseconds. */
export const refreshMs = 2_000;

export const sessionKey = ['session'];

/** One for the page. A refusal is not asked for again; a server that is away is, by the next refresh. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // The session is over: whoever sits there signs in again, and nothing is shown meanwhile.
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) {
          client.setQueryData(sessionKey, null);
        }
      },
    }),
    defaultOptions: {
      queries: {
        retry: (count, error) => !(error instanceof ApiError && error.status > 0) && count < 1,
        staleTime: 1_000,
        refetchOnWindowFocus: true,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
