import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { machine } from '../support/machine.ts';
import type { Outcome, PartResult } from './part-result.ts';
import { allParts, type Part } from './programme.ts';

const fileOf = (part: Part): URL => new URL(`results/${part}.json`, import.meta.url);

/**
 * The last result of each part that was ever run, in the order of the page. They are committed: the parts take too
 * long, and too much of a machine, to be run together, so each says of itself when and of what it was made.
 */
export function keptResults(): readonly PartResult[] {
  return allParts.flatMap((part) => {
    const text = textOf(fileOf(part));
    return text === null ? [] : [JSON.parse(text) as PartResult];
  });
}

/** Keeps what a part came to in place of what it came to before. */
export function keepResult(part: Part, { findings, failures }: Outcome, tookMs: number): void {
  const result: PartResult = {
    part,
    on: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['describe', '--always', '--dirty=+'], { encoding: 'utf8' }).trim(),
    machine: machine(),
    tookMs,
    failures,
    findings,
  };
  writeFileSync(fileOf(part), `${JSON.stringify(result, null, 1)}\n`);
}

function textOf(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}
