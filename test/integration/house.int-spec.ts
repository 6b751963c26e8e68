import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** A small house in which each file breaks one rule. */
let house: string;
const repository = process.cwd();

/** rule → [the file that breaks it, what it imports] */
const forbiddenImports: Readonly<Record<string, readonly [file: string, specifier: string]>> = {
  'no-circular': ['src/core/ring-back.ts', './ring.ts'],
  'no-unresolvable': ['src/core/lost.ts', './nowhere.ts'],
  'core-imports': ['src/core/greedy.ts', '../engine/target.ts'],
  'core-packages': ['src/core/boxed.ts', 'zod'],
  'core-node': ['src/core/rooted.ts', 'node:path'],
  'language-imports': ['src/language/greedy.ts', '../engine/target.ts'],
  'language-packages': ['src/language/boxed.ts', 'pg'],
  'language-node': ['src/language/rooted.ts', 'node:fs'],
  'engine-imports': ['src/engine/greedy.ts', '../adapters/postgres/target.ts'],
  'engine-packages': ['src/engine/boxed.ts', 'pg'],
  'engine-node': ['src/engine/rooted.ts', 'node:timers/promises'],
  'adapters-imports': ['src/adapters/postgres/greedy.ts', '../../engine/target.ts'],
  'adapters-stand-apart': ['src/adapters/unleash/neighbour.ts', '../postgres/target.ts'],
  'adapters-postgres-packages': ['src/adapters/postgres/boxed.ts', 'commander'],
  'adapters-target-postgres-packages': ['src/adapters/target-postgres/boxed.ts', 'typeorm'],
  'adapters-embedded-postgres-packages': ['src/adapters/embedded-postgres/boxed.ts', 'typeorm'],
  'adapters-break-glass-packages': ['src/adapters/break-glass/boxed.ts', 'typeorm'],
  'adapters-pg-parser-packages': ['src/adapters/pg-parser/boxed.ts', 'typeorm'],
  'adapters-pglite-packages': ['src/adapters/pglite/boxed.ts', 'typeorm'],
  'adapters-oidc-packages': ['src/adapters/oidc/boxed.ts', 'typeorm'],
  'adapters-telemetry-packages': ['src/adapters/telemetry/boxed.ts', 'typeorm'],
  'adapters-other-packages': ['src/adapters/system/boxed.ts', 'pg'],
  'server-imports': ['src/server/greedy.ts', '../cli/target.ts'],
  'server-adapters-in-modules': ['src/server/direct.ts', '../adapters/postgres/target.ts'],
  'server-typeorm-in-modules': ['src/server/rows.ts', 'typeorm'],
  'cli-imports': ['src/cli/greedy.ts', '../engine/target.ts'],
  'cli-packages': ['src/cli/boxed.ts', 'pg'],
  'sdk-imports': ['src/sdk/greedy.ts', '../core/judge/target.ts'],
  'sdk-packages': ['src/sdk/boxed.ts', 'pg'],
  'sdk-peers': ['src/sdk/pg.ts', 'typeorm'],
  'ui-imports': ['src/ui/greedy.ts', '../server/target.ts'],
  'ui-packages': ['src/ui/boxed.ts', 'zod'],
  'ui-node': ['src/ui/rooted.ts', 'node:fs'],
  'ui-types-only': ['src/ui/running.ts', '../core/protocol/target.ts'],
  'demo-imports': ['src/demo/greedy.ts', '../server/target.ts'],
  'demo-packages': ['src/demo/boxed.ts', 'typeorm'],
  'main-imports': ['src/main.ts', './cli/target.ts'],
  'migrations-stand-alone': ['migrations/1-greedy.ts', '../src/core/protocol/target.ts'],
  'migrations-packages': ['migrations/2-boxed.ts', 'pg'],
};

const allowedImports: readonly (readonly [file: string, specifier: string])[] = [
  ['src/language/fine.ts', 'yaml'],
  ['src/engine/fine.ts', '../core/protocol/target.ts'],
  ['src/adapters/postgres/fine.ts', '../../engine/ports/target.ts'],
  ['src/server/fine.module.ts', '../adapters/postgres/target.ts'],
  ['src/cli/fine.ts', 'commander'],
  ['src/sdk/typeorm.ts', 'typeorm'],
  ['src/demo/fine.ts', '../adapters/embedded-postgres/target.ts'],
  ['src/core/fine.spec.ts', 'pg'],
];

const targets = [
  'src/core/protocol/target.ts',
  'src/core/judge/target.ts',
  'src/engine/target.ts',
  'src/engine/ports/target.ts',
  'src/adapters/postgres/target.ts',
  'src/adapters/embedded-postgres/target.ts',
  'src/server/target.ts',
  'src/cli/target.ts',
];

/** oxlint's name of the rule → [the file that breaks it, its text] */
const forbiddenCode: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'eslint(max-lines)': ['src/core/long.ts', `export const one = 1;\n${'\n'.repeat(300)}// end\n`],
  'eslint(max-lines-per-function)': [
    'src/core/tall.ts',
    `export function tall(): number {\n${'\n'.repeat(60)}  return 1;\n}\n`,
  ],
  'eslint(max-params)': [
    'src/server/hungry.ts',
    'export class Hungry {\n  constructor(readonly a = 1, b = 2, c = 3, d = 4, e = 5, f = 6) {}\n}\n',
  ],
  'eslint(complexity)': [
    'src/core/maze.ts',
    `export function maze(n: number): number {\n${Array.from({ length: 12 }, (_, i) => `  if (n === ${i}) return ${i};\n`).join('')}  return -1;\n}\n`,
  ],
  'eslint(no-restricted-globals)': ['src/core/timed.ts', 'export const at = Date.now();\n'],
  'eslint(no-restricted-properties)': ['src/core/dice.ts', 'export const luck = Math.random();\n'],
  'oxc(no-async-await)': ['src/core/later.ts', 'export async function later() {\n  return 1;\n}\n'],
  'eslint(no-console)': ['src/server/loud.ts', "console.log('hello');\n"],
  'import(no-default-export)': ['src/engine/nameless.ts', 'export default 1;\n'],
  'import(no-cycle)': ['src/core/ring.ts', "import './ring-back.ts';\nexport const ring = 1;\n"],
  'node(no-process-env)': ['src/server/eager.ts', 'export const home = process.env;\n'],
  'typescript(no-explicit-any)': ['src/sdk/loose.ts', 'export const loose: any = 1;\n'],
  'typescript(no-floating-promises)': [
    'src/engine/adrift.ts',
    'export function adrift(): void {\n  Promise.resolve(1).then(String);\n}\n',
  ],
  'typescript(switch-exhaustiveness-check)': [
    'src/core/partial.ts',
    "export function partial(side: 'old' | 'new'): number {\n  switch (side) {\n    case 'old':\n      return 1;\n  }\n  return 2;\n}\n",
  ],
  'typescript(consistent-type-imports)': [
    'src/core/typed.ts',
    "import { Ring } from './ring-type.ts';\nexport const typed: Ring = 1;\n",
  ],
  'unicorn(filename-case)': ['src/core/camelCase.ts', 'export const camel = 1;\n'],
};

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'crossfade-house-'));
  await symlink(join(repository, 'node_modules'), join(house, 'node_modules'));
  for (const name of [
    'package.json',
    'tsconfig.json',
    '.oxlintrc.json',
    '.dependency-cruiser.cjs',
  ]) {
    await copyFile(join(repository, name), join(house, name));
  }
  for (const path of targets) await build(path, 'export const target = 1;\n');
  await build('src/core/ring-type.ts', 'export type Ring = number;\n');
  for (const [path, text] of Object.values(forbiddenCode)) await build(path, text);
  for (const [path, specifier] of [...Object.values(forbiddenImports), ...allowedImports]) {
    await build(path, `import '${specifier}';\nexport const one = 1;\n`);
  }
});

afterAll(async () => {
  await rm(house, { recursive: true, force: true });
});

async function build(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(house, path)), { recursive: true });
  await writeFile(join(house, path), text);
}

/** What the tool prints when it runs in the seeded house; a finding makes it exit with 1. */
async function runTool(tool: string, ...args: readonly string[]): Promise<string> {
  const program = join(repository, 'node_modules', '.bin', tool);
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: house, maxBuffer: 2 ** 25 }, (fault, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${tool} printed nothing. ${stderr}`, { cause: fault }));
      else resolve(stdout);
    });
  });
}

interface Finding {
  readonly rule: string;
  readonly file: string;
}

async function cruise(): Promise<readonly Finding[]> {
  const config = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const report = JSON.parse(await runTool('depcruise', ...config, 'src', 'migrations')) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ from, rule }) => ({ rule: rule.name, file: from }));
}

async function lint(): Promise<readonly Finding[]> {
  const report = JSON.parse(await runTool('oxlint', '--type-aware', '--format', 'json', 'src')) as {
    diagnostics: { code: string; filename: string }[];
  };
  return report.diagnostics.map(({ code, filename }) => ({ rule: code, file: filename }));
}

function includes(found: readonly Finding[], { rule, file }: Finding): boolean {
  return found.some((finding) => finding.rule === rule && finding.file === file);
}

describe('the house', () => {
  it('lets each folder import what its row of the table says, and nothing else', async () => {
    const found = await cruise();
    const seeded = Object.entries(forbiddenImports).map(([rule, [file]]) => ({ rule, file }));
    expect(seeded.filter((finding) => !includes(found, finding))).toEqual([]);
    const fine = new Set(allowedImports.map(([file]) => file));
    expect(found.filter(({ file }) => fine.has(file))).toEqual([]);
  });

  it('seeds a violation of every import rule there is', async () => {
    const config = (await import(join(repository, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: { name: string; comment: string }[] };
    };
    const { forbidden } = config.default;
    expect(forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(forbiddenImports).sort());
    expect(forbidden.filter(({ comment }) => comment === '')).toEqual([]);
  });

  it('keeps sizes, purity of core and the rules of style', async () => {
    const seeded = Object.entries(forbiddenCode).map(([rule, [file]]) => ({ rule, file }));
    const found = await lint();
    expect(seeded.filter((finding) => !includes(found, finding))).toEqual([]);
  });
});
