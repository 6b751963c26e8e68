import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { unifiedDiff } from './unified-diff.ts';

const names = ['a', 'b'] as const;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossfade-diff-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What the diff makes of the text that it begins with, by the real `patch`'s sibling in git. */
function patched(from: string, diff: string): string {
  writeFileSync(join(folder, 'a'), from);
  writeFileSync(join(folder, 'change.patch'), diff.replace('+++ b', '+++ a'));
  execFileSync('git', ['apply', '-p0', '--unidiff-zero', 'change.patch'], { cwd: folder });
  return execFileSync('cat', ['a'], { cwd: folder, encoding: 'utf8' });
}

describe('a unified diff', () => {
  it('is empty where nothing differs, and shows what does with three lines around it', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n', names)).toBe('');
    const from = '1\n2\n3\n4\n5\n6\n7\n8\n9\n';
    expect(unifiedDiff(from, from.replace('5\n', 'five\n5a\n'), names)).toBe(
      '--- a\n+++ b\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+5a\n 6\n 7\n 8\n',
    );
  });

  it('begins and ends with nothing as diff -u says it', () => {
    expect(unifiedDiff('', 'a\n', names)).toBe('--- a\n+++ b\n@@ -0,0 +1,1 @@\n+a\n');
    expect(unifiedDiff('a\n', '', names)).toBe('--- a\n+++ b\n@@ -1,1 +0,0 @@\n-a\n');
  });

  it('is taken by git, which makes the one of the other', () => {
    const random = seededRandom(7);
    const drawn = (size: number): string =>
      Array.from({ length: size }, () => `${Math.floor(random() * 4)}\n`).join('');
    for (let round = 0; round < 12; round += 1) {
      const [from, to] = [drawn(30), drawn(34)];
      expect(patched(from, unifiedDiff(from, to, names))).toBe(to);
    }
  });

  it('does not compare what is too large line by line, and is right all the same', () => {
    const from = Array.from({ length: 2_100 }, (_, at) => `a${at}\n`).join('');
    const to = Array.from({ length: 2_100 }, (_, at) => `b${at}\n`).join('');
    expect(patched(from, unifiedDiff(from, to, names))).toBe(to);
  });
});
