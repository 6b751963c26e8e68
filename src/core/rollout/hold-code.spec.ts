import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { holdClass, holdsEndedBy, needsPerson } from './hold-code.ts';

const page = readFileSync('docs/hold.md', 'utf8');
const codes = Object.keys(holdsEndedBy);

/** The codes in the first column of the table below a heading, without the name of what caused them. */
function shownBelow(heading: string): readonly string[] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([^`]+)`/gm)].map(([, code = '']) => holdClass(code));
}

describe('docs/hold.md', () => {
  it.each([
    ['Reasons that lift themselves', 'machine'],
    ['Reasons that want a person', 'person'],
  ])('%s: every one that a hold can have, and no other', (heading, endedBy) => {
    const ended = Object.entries(holdsEndedBy).flatMap(([code, by]) =>
      by === endedBy ? code : [],
    );
    expect(shownBelow(heading).toSorted()).toEqual(ended.toSorted());
  });
});

describe('the codes of holds', () => {
  it('are all made somewhere', () => {
    const sources = globSync('src/{core,engine}/**/*.ts').filter(
      (path) => !/\.spec\.|hold-code/.test(path),
    );
    const text = sources.map((path) => readFileSync(path, 'utf8')).join('');
    const isMade = (code: string): boolean =>
      new RegExp(`(hold\\(|waits\\(|Hold =|hold:|code:)\\s*['\`]${code}['\`:]`).test(text);
    expect(codes.filter((code) => !isMade(code))).toEqual([]);
  });

  it.each([
    ['quarantine', true],
    ['preflight:disk', true],
    ['approval:anew', true],
    ['guard:errors', false],
    ['of a version to come', false],
  ])('say whether a person is wanted: %s', (code, wanted) => {
    expect(needsPerson(code)).toBe(wanted);
  });
});
