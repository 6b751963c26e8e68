import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Rules about taste and about settings that a runner makes, which say nothing of the statement. */
const TASTE =
  /^(prefer-|require-(lock|statement)-timeout|require-timeout-settings|ban-char-field|require-table-schema)/;

interface Violation {
  readonly rule_name: string;
}

/**
 * The rules by which squawk has something against a script; null where its program is not to be had on
 * this platform.
 */
export async function squawked(sql: string): Promise<readonly string[] | null> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-squawk-'));
  try {
    const file = join(folder, 'one.sql');
    await writeFile(file, `${sql};\n`);
    const printed = await run(['--pg-version=18.0', '--reporter=Json', file]);
    if (printed === null) return null;
    const violations = JSON.parse(printed) as readonly Violation[];
    return violations.map(({ rule_name }) => rule_name).filter((name) => !TASTE.test(name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** It exits 1 when it has found something. */
function run(options: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('node_modules/@squawk-cli/linux-x64/bin/squawk', options, (_, stdout) => {
      resolve(stdout.startsWith('[') ? stdout : null);
    });
  });
}
