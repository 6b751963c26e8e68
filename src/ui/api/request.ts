/** RFC 9457 problem details, as the server answers them. */
interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly faults?: readonly Fault[];
}

/** What is wrong in a policy, and where. */
export interface Fault {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** A refusal of the server, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor(status: number, { code, detail, faults }: Problem) {
    super(detail ?? `the server answered with status ${status}`);
    this.status = status;
    this.code = code ?? '';
    this.faults = faults ?? [];
  }
}

/** A connection may be gone without a word: whoever waits for it for good would never try another. Milliseconds. */
const answerWithinMs = 30_000;

/** The session's cookie counts for a change only with this: no other site's page can send it. */
const uiHeader = { 'x-crossfade-ui': '1' };

/** Asks the API. Throws `ApiError`. */
export async function request<Answer>(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const inTime = AbortSignal.timeout(answerWithinMs);
  const { response, text } = await reach(path, signal, {
    method,
    headers: {
      ...uiHeader,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime]),
  });
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new ApiError(response.status, (parsed ?? {}) as Problem);
  return parsed as Answer;
}

async function reach(
  path: string,
  own: AbortSignal | undefined,
  options: RequestInit,
): Promise<{ readonly response: Response; readonly text: string }> {
  try {
    const response = await fetch(path, options);
    return { response, text: await response.text() };
  } catch (fault) {
    if (own?.aborted === true) throw fault;
    throw new ApiError(0, { code: 'unreachable', detail: 'Crossfade cannot be reached' });
  }
}

/** The part of a path that names something, whatever is in the name. */
export function api(...parts: readonly string[]): string {
  return `/api/v1/${parts.map(encodeURIComponent).join('/')}`;
}
