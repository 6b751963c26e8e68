import { z } from 'zod';
import { type EmitTool, emitTools } from '../core/schema-migration/emit/emitted-file.ts';
import type { EmittedPart } from '../core/schema-migration/emit/tried-migration.ts';
import type { SourceFile } from './source/read-yaml.ts';
import { parseBody, textFiles } from './text-files.ts';

const emitRequest = z.strictObject({
  files: textFiles,
  tool: z.enum(emitTools),
  part: z.enum(['expand', 'contract', 'all']).default('all'),
  target: z.string().min(1).max(200).optional(),
  at: z.int().positive(),
});

/** What is to be written in another tool's form. */
export interface EmitBody {
  readonly files: readonly SourceFile[];
  readonly tool: EmitTool;
  readonly part: EmittedPart;
  readonly target?: string | undefined;
  /** Epoch milliseconds, for the tool's own order. */
  readonly at: number;
}

/** The body of `POST /emit`. Throws `invalidInput`. */
export function parseEmit(body: unknown): EmitBody {
  return parseBody(emitRequest, body);
}
