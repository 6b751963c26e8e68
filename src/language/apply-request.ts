import { z } from 'zod';
import type { SetOrigin } from '../core/protocol/document-set-view.ts';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

/** What is said of a set beside its files. */
export interface SetToApply extends SetOrigin {
  readonly name: string;
  readonly prune: boolean;
}

/** The body of `POST /apply`. */
export interface ApplyRequest {
  readonly files: readonly SourceFile[];
  readonly dryRun: boolean;
  /** Null where documents are applied by hand. */
  readonly set: SetToApply | null;
}

const wrongSet =
  'expected at most 200 letters, digits, dashes, dots, underscores and slashes, such as `shop/policies`';

/** The name of a set. */
const setName = z
  .string({ error: wrongSet })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, { error: wrongSet });

const applyRequest = z.strictObject({
  files: textFiles,
  dryRun: z.boolean().default(false),
  set: z
    .strictObject({
      name: setName,
      prune: z.boolean().default(false),
      commit: z
        .string()
        .regex(/^[0-9a-f]{7,64}$/, { error: 'expected the hexadecimal digits of a commit' })
        .nullable()
        .default(null),
      dirty: z.boolean().default(false),
    })
    .nullable()
    .default(null),
});

/** Throws `invalidInput`. */
export function parseApply(body: unknown): ApplyRequest {
  return parseBody(applyRequest, body);
}
