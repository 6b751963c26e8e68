import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import type { CohortView } from '../../core/protocol/cohort-view.ts';
import type { FoundPlan } from '../../core/protocol/target-view.ts';
import { api, request } from './request.ts';

/** A target is not asked again at once: each time a connection to it is opened. Milliseconds. */
const freshMs = 60_000;

interface Asked {
  readonly target: string | undefined;
  /** The name of the document that holds the operations, and its text; undefined while it is not known. */
  readonly name: string;
  readonly text: string | undefined;
}

/** What the operations of a document would do on a target as it is now. */
export function usePlan({ target = '', name, text = '' }: Asked): UseQueryResult<FoundPlan> {
  return useQuery({
    queryKey: ['plan', target, text],
    queryFn: async ({ signal }) => {
      const body = { files: [{ name, text }] };
      const path = api('targets', target, 'plan');
      const { plans } = await request<{ plans: FoundPlan[] }>('POST', path, body, signal);
      const [plan] = plans;
      if (plan === undefined) throw new Error(`${name} holds no operations`);
      return plan;
    },
    enabled: target !== '' && text !== '',
    staleTime: freshMs,
    retry: false,
  });
}

/** Whom each step of an applied policy moves, as far as its units are known. */
export function useCohorts(name: string, text: string): UseQueryResult<CohortView> {
  return useQuery({
    queryKey: ['cohorts', name, text],
    queryFn: async ({ signal }) => {
      const body = { files: [{ name, text }] };
      const { cohorts } = await request<{ cohorts: CohortView[] }>(
        'POST',
        api('cohorts'),
        body,
        signal,
      );
      const [view] = cohorts;
      if (view === undefined) throw new Error(`${name} moves nobody`);
      return view;
    },
    staleTime: freshMs,
    retry: false,
  });
}
