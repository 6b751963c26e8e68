import type { Timing } from './timing.ts';

/** How one side's closure ended. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T; readonly milliseconds: number }
  | {
      readonly ok: false;
      readonly error: unknown;
      /** False for an error that is an answer, such as "no such user". */
      readonly harm: boolean;
      readonly milliseconds: number;
    };

/** An operation that nobody should have to wait for any longer. */
export const overdue = {
  ok: false,
  error: undefined,
  harm: true,
  milliseconds: Infinity,
} satisfies Attempt<never>;

/** Runs a closure to its end; never rejects, whatever the closure or `notAnError` does. */
export async function attempt<T>(
  run: () => T | PromiseLike<T>,
  timing: Timing,
  notAnError: (error: unknown) => boolean,
): Promise<Attempt<T>> {
  const started = timing.monotonicMs();
  try {
    const value = await run();
    return { ok: true, value, milliseconds: timing.monotonicMs() - started };
  } catch (error) {
    return endedBadly(error, timing.monotonicMs() - started, notAnError);
  }
}

/** Of a closure that threw; `notAnError` may throw as well. */
export function endedBadly(
  error: unknown,
  milliseconds: number,
  notAnError: (error: unknown) => boolean,
): Attempt<never> {
  return { ok: false, error, harm: !isAnswer(error, notAnError), milliseconds };
}

/** The value, or the error thrown again. */
export function outcomeOf<T>(made: Attempt<T>): T {
  if (made.ok) return made.value;
  throw made.error;
}

function isAnswer(error: unknown, notAnError: (error: unknown) => boolean): boolean {
  try {
    return notAnError(error);
  } catch {
    return false;
  }
}
