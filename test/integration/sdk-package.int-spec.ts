import { execFile } from 'node:child_process';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publint } from 'publint';
import { olderNodes } from '../support/older-nodes.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { routeOf } from '../support/route-of.ts';

const run = promisify(execFile);

/** The compiler and npm run beside others. */
const limitMs = 120_000;

const root = process.cwd();
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** A program that follows a route, reads once, prints the answer, and does not call `close`. */
const program = `
  const crossfade = createCrossfade({ url: process.argv.at(-1), token: 't', service: 's' });
  const birthdate = crossfade.migration('users-birthdate');
  crossfade.ready().then(async (ready) => {
    const read = () => birthdate.read({ pure: true, old: () => 'old', new: async () => 'new' });
    console.log(ready, await crossfade.withUnit('t1', read));
  });
`;

let folder: string;
let packed: string;
/** Ours, and an older one where the machine has it. */
let nodes: readonly string[];
let server: ProtocolServer;

/** Builds and packs as a release does, in a folder of its own, and installs the tarball there. */
beforeAll(async () => {
  nodes = [process.execPath, ...(await olderNodes())];
  folder = await mkdtemp(join(tmpdir(), 'crossfade-sdk-'));
  const source = join(folder, 'source');
  packed = join(folder, 'node_modules', '@crossfade', 'sdk');
  await mkdir(source);
  await mkdir(packed, { recursive: true });
  await run(process.execPath, [tsc, '-p', 'src/sdk', '--outDir', join(source, 'dist')]);
  for (const file of ['package.json', 'README.md']) {
    await copyFile(join('src', 'sdk', file), join(source, file));
  }
  const { stdout } = await run('npm', ['pack', '--json'], { cwd: source });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run('tar', ['-xzf', join(source, filename), '-C', packed, '--strip-components=1']);
  server = await ProtocolServer.start();
  server.set(routeOf({ revision: 1, share: 100 }));
}, limitMs);

afterAll(async () => {
  await server.vanish();
  await rm(folder, { recursive: true });
});

describe('the packed SDK', () => {
  it('depends on nothing and holds only what it needs', async () => {
    const manifest = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')) as object;
    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(await readdir(packed)).toEqual(['README.md', 'dist', 'package.json']);
    expect(await readdir(join(packed, 'dist'))).toEqual(['core', 'sdk']);
    const files = await readdir(join(packed, 'dist'), { recursive: true });
    expect(files.filter((file) => /spec|support/.test(file))).toEqual([]);
    const { messages } = await publint({ pkgDir: packed });
    expect(messages).toEqual([]);
  });

  it.each([
    ['import', 'program.mjs', `import { createCrossfade } from '@crossfade/sdk';`],
    ['require', 'program.cjs', `const { createCrossfade } = require('@crossfade/sdk');`],
  ])('works by %s, and lets a process end that never closes it', async (_how, name, first) => {
    await writeFile(join(folder, name), first + program);
    const file = join(folder, name);
    for (const node of nodes) {
      const { stdout } = await run(node, [file, server.url], { timeout: limitMs });
      expect(stdout.trim()).toBe('true new');
    }
  });

  it(
    'has an entry for each peer, which needs that one only',
    async () => {
      const entries = { testing: [], pg: [], typeorm: ['typeorm'], nest: ['@nestjs', 'rxjs'] };
      for (const [entry, peers] of Object.entries(entries)) {
        for (const peer of peers) {
          await symlink(join(root, 'node_modules', peer), join(folder, 'node_modules', peer));
        }
        const importing = `import * as all from '@crossfade/sdk/${entry}'; console.log(...Object.keys(all))`;
        const requiring = `console.log(...Object.keys(require('@crossfade/sdk/${entry}')))`;
        const names: string[] = [];
        for (const [file, text] of [
          [`${entry}.mjs`, importing],
          [`${entry}.cjs`, requiring],
        ] as const) {
          await writeFile(join(folder, file), text);
          names.push((await run(nodes.at(-1)!, [join(folder, file)])).stdout.trim());
        }
        expect(new Set(names)).toEqual(new Set([exported[entry]]));
        for (const peer of peers) await rm(join(folder, 'node_modules', peer));
      }
    },
    limitMs,
  );

  it('starts, serves old and ends when Crossfade is away', async () => {
    const first = `import { createCrossfade } from '@crossfade/sdk';`;
    await writeFile(join(folder, 'alone.mjs'), first + program.replace('ready()', 'ready(10)'));
    const arguments_ = [join(folder, 'alone.mjs'), 'http://127.0.0.1:9'];
    const { stdout } = await run(process.execPath, arguments_, { timeout: limitMs });
    expect(stdout.trim()).toBe('false old');
  });

  it(
    'lets the compiler check that both closures return the same type',
    async () => {
      await writeFile(join(folder, 'consumer.ts'), consumer);
      const settings = {
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2023',
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        },
        files: ['consumer.ts'],
      };
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
      const compiled = run(process.execPath, [tsc, '-p', folder]);
      await expect(compiled).resolves.toMatchObject({ stdout: '' });
    },
    limitMs,
  );
});

/** What each entry has to offer. */
const exported: Readonly<Record<string, string>> = {
  testing: 'CrossfadeTesting',
  pg: 'inTransaction routeRowBy savepoint viewOf withShadowPool',
  typeorm: 'CrossfadeEntity routeRowBy savepoint',
  nest: 'CrossfadeModule',
};

const consumer = `
import { createCrossfade } from '@crossfade/sdk';
const crossfade = createCrossfade({ url: 'http://x', token: 't', service: 's' });
interface User { id: string; birthdate: string | null }
const birthdate = crossfade.migration<User | null>('users-birthdate');
const find = async (id: string): Promise<User | null> => ({ id, birthdate: null });

export const user: Promise<User | null> = crossfade.withUnit(7, () =>
  birthdate.read({ pure: true, old: () => find('1'), new: () => find('1'), compare: (a, b) => a?.id === b?.id }),
);
export const nothing: Promise<void> = birthdate.write({ old: async () => {}, new: async () => {} });

// @ts-expect-error the new side returns another type
void birthdate.read({ old: () => find('1'), new: () => 'a text' });
// @ts-expect-error the new side lacks a field
void crossfade.migration('m').read({ old: () => ({ a: 1, b: 2 }), new: () => ({ a: 1 }) });
// @ts-expect-error both sides are needed
void birthdate.write({ old: async () => {} });
// @ts-expect-error not what this migration's reads return
void birthdate.read({ old: () => 1, new: () => 1 });
`;
