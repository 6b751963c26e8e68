import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { checkFiles, type CheckedFiles } from './check-files.ts';
import { sha256 } from '../../test/support/sha256.ts';

const fixtures = 'test/fixtures/policies';

/** What lint would print of one file. */
function lintFaults(checked: CheckedFiles): string[] {
  return checked.faults
    .filter(({ kind }) => kind === 'wrong')
    .map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.yaml'));
}

function checkFixture(folder: string, name: string): { checked: CheckedFiles; text: string } {
  const text = readFileSync(join(folder, name), 'utf8');
  return { checked: checkFiles([{ name, text }], [], sha256), text };
}

describe('a policy with faults', () => {
  const folder = join(fixtures, 'invalid');

  it.each(yamlFiles(folder))('%s: each at its place, all at once', (name) => {
    const { checked, text } = checkFixture(folder, name);
    const expected = text
      .split('\n')
      .filter((line) => line.startsWith('#! '))
      .map((line) => line.slice('#! '.length));
    expect(lintFaults(checked)).toEqual(expected);
  });
});

describe('a policy without faults', () => {
  const folder = join(fixtures, 'valid');

  it.each(yamlFiles(folder))('%s passes lint', (name) => {
    const { checked } = checkFixture(folder, name);
    expect(lintFaults(checked)).toEqual([]);
    expect(checked.documents.length).toBeGreaterThan(0);
  });
});

describe('an example policy', () => {
  it.each(yamlFiles('policies'))('%s is complete: apply would take it', (name) => {
    const { checked } = checkFixture('policies', name);
    expect(checked.faults).toEqual([]);
    expect(checked.policies.length).toBeGreaterThan(0);
  });
});
