import type { EvidenceTick } from './evidence-tick.ts';
import type { History } from './judge-state.ts';

/** History after a tick before the first exposure. A tick without a batch is no known time. */
export function growHistory(history: History, tick: EvidenceTick): History {
  if (tick.revision === null) return history;
  return {
    seconds: history.seconds + tick.seconds,
  };
}
