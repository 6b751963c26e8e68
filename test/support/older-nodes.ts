import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Of those that the shell finds, without what npm brought, each that the package may run on. */
export async function olderNodes(): Promise<readonly string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders
      .filter((path) => path !== '' && !path.includes('node_modules'))
      .map((path) => join(path, 'node'))
      .map(async (node) => {
        const { stdout = '' } = await run(node, ['-v']).catch(() => ({}) as { stdout?: string });
        return { node, version: stdout.trim() };
      }),
  );
  const byVersion = new Map(found.map(({ node, version }) => [version, node]));
  byVersion.delete(process.version);
  return [...byVersion].filter(([version]) => mayRun(version)).map(([, node]) => node);
}

/** `engines` of the package. */
function mayRun(version: string): boolean {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 19);
}
