import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Icon } from '../design/icon.tsx';
import { span } from '../words/time-words.ts';
import { useNow } from './use-now.ts';

/** Older than this is not live any more. Milliseconds. */
const staleAfterMs = 6_000;

/** How old what is shown is: data that looks live and is not misleads at the worst moment. */
export function Freshness(): ReactNode {
  const client = useQueryClient();
  const now = useNow();
  const newest = Math.max(0, ...client.getQueryCache().getAll().map(updatedAt));
  if (newest === 0) return null;
  const age = now - newest;
  if (age < staleAfterMs) {
    return (
      <span className="freshness tone-good">
        <Icon name="dot" /> <span className="wide-only">live</span>
        <span className="unseen">live</span>
      </span>
    );
  }
  return (
    <span className="freshness tone-bad" role="alert">
      <Icon name="warn" /> {span(age)} old
    </span>
  );
}

function updatedAt({ state }: { state: { dataUpdatedAt: number } }): number {
  return state.dataUpdatedAt;
}
