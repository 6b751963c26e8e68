import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BrokenSql, brokenSql } from '../mutation/broken-sql.ts';
import { withTestServer } from './with-test-server.ts';

/** What became of one break. */
export interface SqlMutant {
  readonly what: string;
  readonly file: string;
  /** The spec that has to notice it, without its folder's beginning and its ending. */
  readonly spec: string;
  /** False where the text to break stands in the file no longer, and another one has to be chosen. */
  readonly isThere: boolean;
  /** The first `it` that failed; null where none did. */
  readonly noticedBy: string | null;
}

/** Breaks in a clone what writes SQL, one place at a time, and runs the one spec that has to notice it. */
export function runSqlMutants(tell: (line: string) => void): Promise<readonly SqlMutant[]> {
  return withTestServer(async () => {
    const clone = await mkdtemp(join(tmpdir(), 'crossfade-sql-mutants-'));
    try {
      execFileSync('git', [
        'clone',
        '--quiet',
        '--config',
        'advice.detachedHead=false',
        '.',
        clone,
      ]);
      await symlink(join(process.cwd(), 'node_modules'), join(clone, 'node_modules'));
      const mutants: SqlMutant[] = [];
      for (const broken of brokenSql) {
        const tried = await tryOut(broken, clone);
        const { what, file, spec } = broken;
        mutants.push({ what, file, spec, ...tried });
        tell(`${mutants.length}/${brokenSql.length} ${what}: ${tried.noticedBy ?? 'NOT NOTICED'}`);
      }
      return mutants;
    } finally {
      await rm(clone, { recursive: true, force: true });
    }
  });
}

async function tryOut(
  { file, from, to, spec }: BrokenSql,
  clone: string,
): Promise<Pick<SqlMutant, 'isThere' | 'noticedBy'>> {
  const path = join(clone, 'src', 'core', 'schema-migration', file);
  const source = await readFile(path, 'utf8');
  if (source.split(from).length !== 2) return { isThere: false, noticedBy: null };
  await writeFile(
    path,
    source.replace(from, () => to),
  );
  try {
    const noticedBy = await firstFailure(`test/integration/${spec}.int-spec.ts`, clone);
    return { isThere: true, noticedBy };
  } finally {
    await writeFile(path, source);
  }
}

/** The name of the first `it` that fails; null where all are well. */
async function firstFailure(spec: string, cwd: string): Promise<string | null> {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--selectProjects', 'integration', '--ci', '--bail', spec];
  const child = spawn(process.execPath, ['--experimental-vm-modules', jest, ...options], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [status]] = await Promise.all([
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (status === 0) return null;
  return /● (.*)/.exec(said)?.[1] ?? `${spec} did not run`;
}
