import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { olderNodes } from '../support/older-nodes.ts';
import { ScriptedApi } from '../support/scripted-api.ts';
import { viewWith } from '../support/rollout-view.ts';

const run = promisify(execFile);
const limitMs = 120_000;

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

let folder: string;
let installed: string;
let nodes: readonly string[];

/**
 * Packs as a release does and unpacks it where nothing else of the repository is. Its dependencies, and no package
 * that is there for development alone, are lent to it, so that nothing is downloaded.
 */
beforeAll(async () => {
  await run(process.execPath, ['scripts/ensure-built.mjs', 'server']);
  nodes = [process.execPath, ...(await olderNodes())];
  folder = await mkdtemp(join(tmpdir(), 'crossfade-packed-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  installed = join(folder, 'node_modules', 'crossfade');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
  const { dependencies } = await manifest();
  for (const name of Object.keys(dependencies)) {
    const place = join(folder, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(resolve('node_modules', name), place, 'dir');
  }
  await copyFile('policies/users-birthdate.yaml', join(folder, 'policy.yaml'));
}, limitMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function manifest() {
  return JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly bin: { readonly crossfade: string };
    readonly version: string;
  };
}

/** Runs a program of the package in a folder that is not its own; never rejects. */
async function start(
  node: string,
  program: string,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } };
  return new Promise((done) => {
    const args = [join(installed, program), ...line.split(' ').filter((word) => word !== '')];
    execFile(node, args, options, (error, out, err) => {
      done({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const crossfade = async (line: string, env: Readonly<Record<string, string>> = {}) =>
  start(process.execPath, (await manifest()).bin.crossfade, line, env);

describe('the package', () => {
  it('holds what runs, and neither sources nor specs', async () => {
    const files = await readdir(installed, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    const kinds = new Set(names.map((name) => name.slice(name.lastIndexOf('.'))));
    expect([...kinds].filter((kind) => ['.ts', '.map', '.tsx', '.yaml'].includes(kind))).toEqual(
      [],
    );
    expect(names.filter((name) => name.includes('.spec.'))).toEqual([]);
    expect(await readdir(installed)).toEqual(['README.md', 'dist', 'package.json']);
  });

  it('has a command that says which program runs it', async () => {
    const { bin } = await manifest();
    const text = await readFile(join(installed, bin.crossfade), 'utf8');
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
  });
});

describe('the command of the package', () => {
  it('starts on every Node that it is for, wherever it is called', async () => {
    const { bin } = await manifest();
    for (const node of nodes) {
      const { status, out, err } = await start(node, bin.crossfade, '--help');
      expect([node, status, err]).toEqual([node, 0, '']);
      expect(out).toContain('Usage: crossfade');
    }
  });

  it('works offline: language, grammar of PostgreSQL, and threads', async () => {
    expect(await crossfade('lint -f policy.yaml')).toMatchObject({ status: 0, out: '' });
    expect((await crossfade('plan -f policy.yaml')).out).toContain('GO: nothing found');
    const line = 'simulate -f policy.yaml --rate 50 --units 10 --rollouts 1 --harm +50pp -o json';
    expect(JSON.parse((await crossfade(line)).out)).toMatchObject({ policy: 'users-birthdate' });
  });

  it('asks a server', async () => {
    const api = new ScriptedApi({ 'GET /api/v1/rollouts': [{ body: { rollouts: [viewWith()] } }] });
    const env = { CROSSFADE_URL: await api.start(), CROSSFADE_TOKEN: 'secret' };
    try {
      expect((await crossfade('status -o name', env)).out).toBe('rollout/users-birthdate\n');
    } finally {
      await api.stop();
    }
  });
});

describe('the server of the package', () => {
  it('has all that it is made of, down to what is wrong with its configuration', async () => {
    const { status, err } = await start(process.execPath, 'dist/src/main.js', '', {
      CROSSFADE_PORT: 'none',
    });
    expect([status, err]).toEqual([1, expect.stringContaining('CROSSFADE_PORT: must be')]);
  });
});
