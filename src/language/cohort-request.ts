import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

const cohortRequest = z.strictObject({
  files: textFiles,
  target: z.string().min(1).max(200).optional(),
  list: z.int().positive().max(1_000).optional(),
});

/** Whose cohorts are asked for: the policies of these files. */
export interface CohortBody {
  readonly files: readonly SourceFile[];
  /** Another target to look at than the policy's own. */
  readonly target?: string | undefined;
  /** The step, from 1, whose units are listed. */
  readonly list?: number | undefined;
}

/** The body of `POST /cohorts`. Throws `invalidInput`. */
export function parseCohort(body: unknown): CohortBody {
  return parseBody(cohortRequest, body);
}
