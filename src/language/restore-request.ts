import { z } from 'zod';
import { CrossfadeError } from '../core/errors.ts';
import { parseBody } from './text-files.ts';

const restoreRequest = z.strictObject({
  confirm: z.string().max(200),
  /** What the first call answered, in those that wait for its end. */
  generation: z.int().positive().optional(),
  by: z.string().min(1).max(100).optional(),
});

/** What is wanted back, and by whom. */
export interface RestoreBody {
  readonly generation: number | undefined;
  readonly by: string;
}

/** The body of `POST /rollouts/:name/restore`, which repeats the name. Throws `invalidInput`. */
export function parseRestore(body: unknown, name: string, token: string): RestoreBody {
  const { confirm, generation, by } = parseBody(restoreRequest, body);
  if (confirm !== name) {
    throw new CrossfadeError(
      'invalidInput',
      `restore changes tables that are in use: \`confirm\` must repeat the name ${name}`,
    );
  }
  return { generation, by: by === undefined ? token : `${by} (${token})` };
}
