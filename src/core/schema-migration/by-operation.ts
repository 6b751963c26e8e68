import type { Operation } from './operation.ts';

/** What each operation comes to. The compiler asks for every one of them. */
export type ByOperation<Args extends readonly unknown[], Result> = {
  readonly [Name in Operation['operation']]: (
    operation: Extract<Operation, { operation: Name }>,
    ...args: Args
  ) => Result;
};

/** Looks up the operation's own case. */
export function byOperation<Args extends readonly unknown[], Result>(
  cases: ByOperation<Args, Result>,
  operation: Operation,
  ...args: Args
): Result {
  const one: (operation: never, ...args: Args) => Result = cases[operation.operation];
  return one(operation as never, ...args);
}
