import type { OfrepErrorCode } from '../../core/flags/ofrep/ofrep-answer.ts';

const BULK = '/ofrep/v1/evaluate/flags';

/** Everything below it answers in OFREP's words, errors too. */
export function isOfrep(path: string): boolean {
  return path.startsWith('/ofrep/');
}

/** An error as OFREP's clients expect it. */
export interface OfrepProblem {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

/** `status` 422 means that the request was understood and its context makes no sense. */
export function ofrepProblem(path: string, status: number, detail: string): OfrepProblem {
  const key = path.startsWith(`${BULK}/`) ? decoded(path.slice(BULK.length + 1)) : undefined;
  const named = key === undefined ? {} : { key };
  const failure = (code: OfrepErrorCode): Readonly<Record<string, string>> => ({
    ...named,
    errorCode: code,
    errorDetails: detail,
  });
  if (status === 422) return { status: 400, body: failure('INVALID_CONTEXT') };
  if (status === 404 && key !== undefined) return { status, body: failure('FLAG_NOT_FOUND') };
  const unreadable = status >= 400 && status < 500 && ![401, 403, 404].includes(status);
  if (unreadable) return { status: 400, body: failure('PARSE_ERROR') };
  return { status, body: { errorDetails: detail } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
