import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { DecisionView } from '../../core/protocol/rollout-view.ts';
import { useRefresh } from './line.ts';
import { api, request } from './request.ts';

/** As many come at once; the server gives no more. */
const perPage = 200;

/** Decisions of a rollout as far as they are known here, oldest first. */
export interface History {
  readonly decisions: readonly DecisionView[];
  /** There are earlier ones, which nobody has asked for. */
  readonly hasEarlier: boolean;
}

const keyOf = (rollout: string): readonly string[] => ['decisions', rollout];

/** The newest decisions, then each that is made: those that are known are not asked for again. */
export function useDecisions(rollout: string | undefined): UseQueryResult<History> {
  const client = useQueryClient();
  const queryKey = keyOf(rollout ?? '');
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const known = client.getQueryData<History>(queryKey);
      if (known === undefined) return newest(rollout ?? '', signal);
      const decisions = [...known.decisions];
      for (;;) {
        const page = await ask(rollout ?? '', `after=${decisions.at(-1)?.seq ?? 0}`, signal);
        decisions.push(...page);
        if (page.length < perPage) return { ...known, decisions };
      }
    },
    enabled: rollout !== undefined,
    refetchInterval: useRefresh(),
  });
}

/** Asks for those before the earliest that is known. */
export function useEarlier(rollout: string): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const first = client.getQueryData<History>(keyOf(rollout))?.decisions[0];
      if (first === undefined) return;
      const page = await ask(rollout, `before=${first.seq}`);
      client.setQueryData<History>(keyOf(rollout), (known) => ({
        decisions: [...page, ...(known?.decisions ?? [])],
        hasEarlier: page.length === perPage,
      }));
    },
  });
}

async function newest(rollout: string, signal: AbortSignal): Promise<History> {
  const decisions = await ask(rollout, 'before=', signal);
  return { decisions, hasEarlier: decisions.length === perPage };
}

async function ask(
  rollout: string,
  query: string,
  signal?: AbortSignal,
): Promise<readonly DecisionView[]> {
  const path = `${api('rollouts', rollout, 'decisions')}?${query}`;
  return (await request<{ decisions: DecisionView[] }>('GET', path, undefined, signal)).decisions;
}
