/** Every code that a caller may branch on. The API answers it, the CLI maps it to an exit status. */
export type ErrorCode =
  | 'invalidInput'
  | 'notFound'
  | 'conflict'
  | 'refused'
  | 'unsupported'
  | 'unauthenticated'
  | 'forbidden'
  | 'limited'
  | 'unavailable'
  | 'staleFence'
  | 'internal';

/** A place in a text that a person wrote; line and column count from 1. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * The one error of Crossfade. `message` says what is wrong, where, and what would be right;
 * `code` is stable; `faults` lists every place in the input that must change.
 */
export class CrossfadeError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** After how many milliseconds to come again, where that is known. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly faults?: readonly Fault[];
      readonly retryAfterMs?: number | null;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CrossfadeError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
