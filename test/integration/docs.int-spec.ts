import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkFiles } from '../../src/language/check-files.ts';
import { fencedBlocks } from '../support/fenced-blocks.ts';
import { sha256 } from '../support/sha256.ts';

const pages = ['README.md', ...globSync('docs/**/*.md'), 'src/sdk/README.md'];

/** A whole document stands as it is; a fragment of a policy stands in the smallest policy around it. */
function asDocument(block: string): string {
  if (/^(apiVersion|kind):/m.test(block)) return block;
  const spec = block.replace(/^(?=.)/gm, '  ');
  const needed = /^guards:/m.test(block) ? '' : '  guards: [errors]\n';
  const change =
    '  change:\n    - addColumn: { table: users, column: birthdate, type: date, up: "dob::date", down: { dob: "birthdate::text" } }\n';
  const own = /^(change|operations):/m.test(block) ? '' : change;
  return `apiVersion: crossfade/v1\nkind: RolloutPolicy\nmetadata: { name: example }\nspec:\n  service: users-api\n${own}${needed}${spec}`;
}

/** Faults of form and spelling; a step shown alone cannot be a sensible plan. */
function misspelt(text: string, page: string): readonly string[] {
  const { faults } = checkFiles([{ name: page, text: asDocument(text) }], [], sha256);
  return faults
    .filter(({ kind, message }) => kind === 'wrong' && /unknown key|expected|not a/.test(message))
    .map(({ line, column, message }) => `${page}:${line}:${column}: ${message}`);
}

const examples = pages.flatMap((page) =>
  fencedBlocks(page)
    .filter(({ language }) => language === 'yaml')
    .map(({ text, line }) => ({ page, line, text })),
);

describe('the pages', () => {
  it('show policies at all', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  it.each(examples)('$page:$line shows YAML that Crossfade reads', ({ page, text }) => {
    expect(misspelt(text, page)).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z][a-z:]*)/g)].map(
        ([, name]) => name,
      ),
    );
    expect(named.filter((name) => name !== undefined && !(name in scripts))).toEqual([]);
  });

  it('show in the first rollout the very files that a story carries out', () => {
    const shown = fencedBlocks('docs/first-rollout.md');
    const text = (name: string): string | undefined =>
      shown.find(({ language }) => language === name)?.text;
    expect(text('js')).toBe(readFileSync('test/fixtures/thirty-line-service.mjs', 'utf8'));
    expect(text('yaml')).toBe(readFileSync('test/fixtures/parcels-policy.yaml', 'utf8'));
  });

  it('link only to files that exist', () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, path]) => new URL(path ?? '', new URL(page, `file://${process.cwd()}/`)).pathname)
        .filter((path) => globSync(path).length === 0)
        .map((path) => `${page} → ${path}`),
    );
    expect(broken).toEqual([]);
  });
});
