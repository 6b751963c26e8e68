import * as z from 'zod';
import { CrossfadeError } from '../../core/errors.ts';
import type { Recording } from '../../core/simulation/recording.ts';

/** Spans that one recording may have: a week of minutes. */
export const mostSpans = 10_080;

const counts = z.array(z.number().min(0)).min(1).max(mostSpans);
const recordingSchema = z
  .strictObject({ seconds: z.number().positive().max(86_400), requests: counts, failed: counts })
  .refine(({ requests, failed }) => requests.length === failed.length, {
    message: '`requests` and `failed` must be of one length',
  });

/** A recording as a file has it: JSON. Throws `invalidInput`, naming the file and what is wrong. */
export function parseRecording(name: string, text: string): Recording {
  const parsed = recordingSchema.safeParse(jsonOf(name, text));
  if (parsed.success) return checkRecording(name, parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue?.path.length === 0 ? '' : `${issue?.path.join('.')}: `;
  const wanted = '{ "seconds": 60, "requests": [..], "failed": [..] }';
  throw new CrossfadeError(
    'invalidInput',
    `${name} is no recording: ${where}${issue?.message ?? ''}; expected ${wanted}`,
  );
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CrossfadeError('invalidInput', `${name} is no JSON`, { cause });
  }
}

/**
 * More failures than requests are a matter of scraping and cut down; no request at all is no recording
 * and throws `invalidInput`.
 */
export function checkRecording(name: string, recording: Recording): Recording {
  const { requests, failed } = recording;
  if (!requests.some((count) => count > 0)) {
    throw new CrossfadeError('invalidInput', `${name} has no request in all that time`);
  }
  return { ...recording, failed: failed.map((count, at) => Math.min(count, requests[at] ?? 0)) };
}
