import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CrossfadeError } from '../../core/errors.ts';
import type { EmitTool } from '../../core/schema-migration/emit/emitted-file.ts';
import type { EmittedPart } from '../../core/schema-migration/emit/tried-migration.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

export interface EmitOptions {
  readonly file: readonly string[];
  readonly target?: string;
  readonly part: EmittedPart;
  readonly at?: string;
  readonly out?: string;
}

/** Writes schema migrations in another tool's form: to stdout, or as files of the tool's own names. */
export async function emit(
  tool: EmitTool,
  options: EmitOptions,
  terminal: Terminal,
): Promise<number> {
  const { target, part, out } = options;
  const at = momentOf(options.at);
  const files = await readFiles(options.file, terminal);
  const written = await new ApiClient(connectionOf(terminal.env)).emit({
    files,
    tool,
    part,
    at,
    ...(target === undefined ? {} : { target }),
  });
  if (out === undefined) {
    terminal.out(written.map(({ text }) => text).join('\n'));
    return exitStatus.ok;
  }
  await mkdir(out, { recursive: true });
  for (const { name, text } of written) {
    const path = join(out, name);
    await writeNew(path, text);
    terminal.out(`${path}\n`);
  }
  return exitStatus.ok;
}

/** A migration that stands there may have run somewhere. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('conflict', `${path} cannot be written (${code})`, { cause });
  }
}

/** TypeORM wants 13 digits, so no other time will do. */
function momentOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  if (/^\d{13}$/.test(text)) return Number(text);
  const message = `--at is \`${text}\`; expected epoch milliseconds, 13 digits`;
  throw new CrossfadeError('invalidInput', message);
}
