import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repeated } from './acceptance-page.ts';
import type { CloneRun } from './clean-clone.ts';
import type { WrittenThrough } from '../support/eight-writers.ts';
import type { KillRun } from './kill-run.ts';
import type { MutationRun } from './mutants-section.ts';
import type { Part } from './programme.ts';

/** What one part of the acceptance came to. */
export interface PartResult {
  readonly part: Part;
  readonly repeated: readonly Repeated[];
  readonly clones: readonly CloneRun[];
  readonly kills: readonly KillRun[];
  readonly targetKills: readonly KillRun[];
  readonly writers: readonly WrittenThrough[];
  readonly mutants: readonly MutationRun[];
}

const folder = join('node_modules', '.cache', 'crossfade-acceptance');

/**
 * Results of this commit, so that the parts may run one by one on a machine that must also do other
 * things, and the page still shows all of them or none.
 */
export class KeptResults {
  readonly #file: string;

  constructor(commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()) {
    this.#file = join(folder, `${commit}.json`);
  }

  async all(): Promise<readonly PartResult[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '[]');
    return JSON.parse(text) as readonly PartResult[];
  }

  /** Keeps a result in place of an earlier one of the same part. */
  async keep(result: PartResult): Promise<void> {
    const others = (await this.all()).filter(({ part }) => part !== result.part);
    await mkdir(folder, { recursive: true });
    await writeFile(this.#file, JSON.stringify([...others, result]));
  }
}
