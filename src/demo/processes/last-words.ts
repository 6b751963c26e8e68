import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const linesEach = 15;

/** The ends of all logs in a folder: what a person needs when a run broke off. */
export async function lastWords(folder: string): Promise<string> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const ends = await Promise.all(
    logs.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const end = text.trimEnd().split('\n').slice(-linesEach).join('\n');
      return end === '' ? '' : `--- end of ${name}\n${end}\n`;
    }),
  );
  return ends.join('');
}
