import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLive } from '../api/line.ts';
import { Icon } from '../design/icon.tsx';
import { span } from '../words/time-words.ts';
import { useNow } from './use-now.ts';

/** Older than this is not live any more. Milliseconds. */
const staleAfterMs = 6_000;

/** How old what is shown is: data that looks live and is not misleads at the worst moment. */
export function Freshness(): ReactNode {
  const client = useQueryClient();
  const live = useLive();
  const now = useNow();
  const newest = Math.max(0, ...client.getQueryCache().getAll().map(updatedAt));
  if (newest === 0 && !live) return null;
  const age = now - newest;
  if (live || age < staleAfterMs) {
    const words = live ? 'live' : 'every 2 s';
    const title = live
      ? 'Each change is shown as it is made'
      : 'No stream of changes: the page asks every two seconds';
    return (
      <span className={`freshness tone-${live ? 'good' : 'quiet'}`} title={title}>
        <Icon name={live ? 'dot' : 'clock'} /> <span className="wide-words">{words}</span>
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
