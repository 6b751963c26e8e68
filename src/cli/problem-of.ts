import { CrossfadeError, type ErrorCode, type Fault } from '../core/errors.ts';

interface Problem {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly title?: string;
  readonly faults?: readonly Fault[];
}

const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  422: 'invalidInput',
  429: 'limited',
  503: 'unavailable',
};

/** What a server's refusal says, as the fault that it is. */
export function problemOf(status: number, text: string): CrossfadeError {
  const problem = problemFrom(text);
  const code = problem.code ?? codeByStatus[status] ?? 'internal';
  const message = problem.detail ?? problem.title ?? `the server answers ${status}`;
  return new CrossfadeError(code, message, { faults: problem.faults ?? [] });
}

/** A proxy in between may answer something else than a problem document. */
function problemFrom(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
