import type { Timing } from './timing.ts';

/** What `within` answers when the limit ran out first. */
export const late = Symbol('late');

/**
 * The value of `work`, or `late` after `ms`. A rejection passes on when it comes in time and is
 * swallowed when it comes late: nobody is left to hear it. What arrived while this process was not
 * running is in time: after a pause timers fire before anything that arrived is read.
 */
export async function within<T>(
  timing: Timing,
  ms: number,
  work: Promise<T>,
): Promise<T | typeof late> {
  const release = timing.hold();
  let cancel = (): void => {};
  const limit = new Promise<typeof late>((resolve) => {
    cancel = timing.after(ms, () => timing.soon(() => resolve(late)));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    cancel();
    release();
  }
}
