import { z } from 'zod';
import type { SourceFile } from './source/read-yaml.ts';
import { migrationFiles, parseBody } from './text-files.ts';

const infoRequest = z.strictObject({ files: migrationFiles });

/**
 * The body of `POST /targets/:name/info`, files of another tool's, and of `POST /targets/:name/plan`.
 * Throws `invalidInput`.
 */
export function parseInfo(body: unknown): readonly SourceFile[] {
  return parseBody(infoRequest, body).files;
}
