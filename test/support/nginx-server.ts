import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild } from '../../src/demo/processes/end-child.ts';

/** What stands in the file of the docs, and what it is in a test. */
export type Replacements = Readonly<Record<string, string>>;

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
const settings = 'daemon off; pid nginx.pid; error_log stderr crit;';

/** A real nginx of Debian's package with a configuration of the docs. */
export class NginxServer {
  /** The file that it logs to. */
  readonly log: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string) {
    this.#folder = folder;
    this.log = join(folder, 'access.log');
    const options = ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr', '-g', settings];
    this.#child = spawn('nginx', options, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** @param url at which it answers once it is there */
  static async start(file: string, replacements: Replacements, url: string): Promise<NginxServer> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-nginx-'));
    // Its workers are somebody else, and write answers down.
    await chmod(folder, 0o711);
    await writeConfiguration(folder, file, replacements);
    const nginx = new NginxServer(folder);
    while (!(await answers(url))) {
      if (nginx.#child.exitCode !== null) throw new Error('nginx ended before it listened');
      await sleep(20);
    }
    return nginx;
  }

  /** Takes another configuration without dropping a request; the one before answers nobody afterwards. */
  async reload(file: string, replacements: Replacements): Promise<void> {
    const before = await this.#workers();
    await writeConfiguration(this.#folder, file, replacements);
    this.#child.kill('SIGHUP');
    while ((await this.#workers()).some((worker) => before.includes(worker))) await sleep(20);
  }

  async #workers(): Promise<readonly string[]> {
    const { pid } = this.#child;
    return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  }

  async stop(): Promise<void> {
    await endChild(this.#child, 5_000);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function writeConfiguration(
  folder: string,
  file: string,
  replacements: Replacements,
): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [shown, meant] of Object.entries(replacements)) {
    if (!text.includes(shown)) throw new Error(`${file} no longer says ${shown}`);
    text = text.replaceAll(shown, meant);
  }
  const paths = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  const own = text
    .replace('http {', `http { ${paths}`)
    .replace('/var/log/nginx/crossfade.log', join(folder, 'access.log'))
    .replace('/var/cache/nginx/crossfade', join(folder, 'answers'));
  await writeFile(join(folder, 'nginx.conf'), own);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
