/** Why a flag has its value, in the words of OpenFeature. */
export type OfrepReason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'UNKNOWN';

export type OfrepErrorCode =
  'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL';

/** A flag evaluated for one context. Without a value the application's own default counts. */
export interface OfrepSuccess {
  readonly key: string;
  readonly value?: unknown;
  readonly reason: OfrepReason;
  readonly variant?: string;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

/** A flag that cannot be evaluated for this context. */
export interface OfrepFailure {
  readonly key: string;
  readonly errorCode: OfrepErrorCode;
  readonly errorDetails: string;
}

export type OfrepAnswer = OfrepSuccess | OfrepFailure;

export function isFailure(answer: OfrepAnswer): answer is OfrepFailure {
  return 'errorCode' in answer;
}
