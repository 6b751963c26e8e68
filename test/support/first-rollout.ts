import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RolloutView } from '../../src/core/protocol/rollout-view.ts';
import { freePort } from '../../src/demo/processes/free-port.ts';
import { inheritedEnvironment } from '../../src/demo/processes/inherited-environment.ts';
import { type FencedBlock, fencedBlocks } from './fenced-blocks.ts';
import { lostParcels } from './lost-parcels.ts';
import { Newcomer } from './newcomer.ts';
import { type Opened, opening } from './opened.ts';
import { ParcelsService } from './parcels.ts';
import { shownCommands } from './shown-commands.ts';
import type { Said, StartedCrossfade } from './started-crossfade.ts';
import { untilView } from './until-view.ts';

const page = 'docs/first-rollout.md';
const policy = 'parcels-grams';

/** What the page has its reader do: a command with what it prints, or a block to run or to save. */
interface Deed {
  readonly language: string;
  readonly text: string;
  readonly printed: readonly string[];
}

function deedsOf(block: FencedBlock): readonly Deed[] {
  const commands = shownCommands(block);
  if (commands.length === 0) return [{ ...block, printed: [] }];
  return commands.map(({ command, printed }) => ({ language: 'command', text: command, printed }));
}

/**
 * A newcomer who does what docs/first-rollout.md shows, in its order, and the customer of the service. Ours
 * are only the addresses, tokens and free ports that a reader fills in, and packages that are not downloaded.
 */
export class FirstRollout {
  readonly #newcomer: Newcomer;
  readonly #opened: Opened;
  readonly #left: Deed[] = fencedBlocks(page).flatMap(deedsOf);
  readonly #port: number;
  /** How those commands are done that go on while others are typed, or would download something. */
  readonly #ownWays: readonly (readonly [RegExp, (command: string) => unknown])[] = [
    [/^npm ci$/, () => undefined],
    [/^npm install pg$/, () => this.#lend('pg')],
    [/ npm start$/, (command) => this.#newcomer.start(command)],
    [/ node service\.mjs$/, (command) => this.#startService(command)],
    [/^while /, (command) => this.#leaveRunning(command, this.#newcomer.service)],
    [
      / --watch$/,
      (command) => {
        this.#watching = this.#newcomer.type(command);
      },
    ],
  ];
  #service: ParcelsService | null = null;
  #watching: Promise<Said> | null = null;

  private constructor(newcomer: Newcomer, port: number, opened: Opened) {
    this.#newcomer = newcomer;
    this.#port = port;
    this.#opened = opened;
  }

  static open(): Promise<FirstRollout> {
    return opening(async (opened) => {
      const newcomer = opened.keep(await Newcomer.arrive('parcels'), (one) => one.leave());
      return new FirstRollout(newcomer, await freePort(), opened);
    });
  }

  get crossfade(): StartedCrossfade {
    return this.#newcomer.crossfade;
  }

  get targetUrl(): string {
    return this.#newcomer.database.url;
  }

  get service(): ParcelsService {
    if (this.#service === null) throw new Error('no command has started the service yet');
    return this.#service;
  }

  /** What the page still shows and nobody has done. */
  get left(): readonly string[] {
    return this.#left.map(({ text }) => text);
  }

  /** Does all that the page shows up to what fits. Returns what that printed; throws when anything fails. */
  async through(last: RegExp): Promise<string> {
    for (;;) {
      const deed = this.#left.shift();
      if (deed === undefined) throw new Error(`${page} shows nothing more like ${last}`);
      const said = await this.#do(deed);
      if (last.test(deed.text)) return said;
    }
  }

  /** What `status --watch` printed, once it has ended by itself. */
  async watched(): Promise<Said> {
    if (this.#watching === null) throw new Error('nobody watches');
    return this.#watching;
  }

  /** Waits for a view for which the condition holds, as `untilView` does. */
  until(condition: (view: RolloutView) => boolean): Promise<RolloutView> {
    return untilView(this.crossfade, policy, condition);
  }

  /** The parcels whose value is not the last one that the service acknowledged to its customer. */
  lostIn(view: string, column: string): Promise<readonly number[]> {
    return lostParcels(this.targetUrl, view, column, this.service.written);
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  async #do({ language, text, printed }: Deed): Promise<string> {
    if (language === 'sql') return JSON.stringify(await this.#newcomer.query(text));
    if (language === 'js') await writeFile(join(this.#newcomer.service, 'service.mjs'), text);
    else if (language === 'yaml') await this.#newcomer.save('parcels.yaml', text);
    else if (language === 'command') return this.#type(text, printed);
    else throw new Error(`nobody can follow «${language}»`);
    return '';
  }

  async #type(command: string, printed: readonly string[]): Promise<string> {
    const [, ownWay] = this.#ownWays.find(([pattern]) => pattern.test(command)) ?? [];
    if (ownWay !== undefined) {
      await ownWay(this.#filledIn(command));
      return '';
    }
    const folder = command.startsWith('npm install ') ? this.#newcomer.service : undefined;
    const { status, out } = await this.#newcomer.type(this.#filledIn(command), folder);
    const isAsShown = printed.length === 0 || out.trim() === printed.join('\n');
    if (status !== 0 || !isAsShown) throw new Error(`${command}: exit status ${status}: ${out}`);
    return out;
  }

  #filledIn(command: string): string {
    const filled = command.replaceAll('localhost:3000', `localhost:${this.#port}`);
    if (!filled.endsWith(' node service.mjs')) return filled;
    return (
      filled
        .replace('postgresql://…', this.targetUrl)
        .replace('http://127.0.0.1:4400', this.crossfade.url)
        .replace('TOKEN=…', `TOKEN=${this.crossfade.sdkToken}`)
        .replace('PORT=3000', `PORT=${this.#port}`)
        // In place of its shell, so that who stops it stops the service.
        .replace(' node ', ' exec node ')
    );
  }

  /** The packages are those of the clone that the specs stand in. */
  #lend(name: string): Promise<void> {
    const path = join(this.#newcomer.service, 'node_modules', name);
    return symlink(resolve('node_modules', name), path, 'dir');
  }

  async #startService(command: string): Promise<void> {
    const child = this.#leaveRunning(command, this.#newcomer.service);
    this.#service = await ParcelsService.at(this.#port, child);
    this.#opened.keep(this.#service, (one) => one.stop());
  }

  /** A command that goes on in a terminal of its own, until the end. */
  #leaveRunning(command: string, cwd: string): ChildProcess {
    const child = spawn('sh', ['-c', command], {
      cwd,
      // A group of its own: the shell alone is not all that runs.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: inheritedEnvironment({}),
    });
    this.#opened.keep(child, endGroup);
    return child;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
