import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { checkFiles } from './check-files.ts';
import { parseDocuments } from './parse-documents.ts';
import { sha256 } from '../../test/support/sha256.ts';

function faultsOf(text: string, name = 'f.yaml'): string[] {
  return parseDocuments([{ name, text }]).faults.map(
    ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
  );
}

const target = `apiVersion: crossfade/v1
kind: Target
metadata: { name: users-db }
spec: { url: { env: USERS_DB_URL } }
`;

describe('parseDocuments', () => {
  it('reads several documents of several files', () => {
    const { documents, faults } = parseDocuments([
      { name: 'a.yaml', text: `${target}---\n${target.replace('users-db', 'events-db')}` },
      { name: 'b.yaml', text: target.replace('users-db', 'mail-db') },
    ]);
    expect(faults).toEqual([]);
    expect(documents.map(({ kind, name, project }) => [kind, name, project])).toEqual([
      ['Target', 'users-db', 'default'],
      ['Target', 'events-db', 'default'],
      ['Target', 'mail-db', 'default'],
    ]);
  });

  it('gives each document its own text, which reads as the same document again', () => {
    const text = `# first\n${target}---\n${target.replace('users-db', 'events-db')}`;
    const { documents } = parseDocuments([{ name: 'a.yaml', text }]);
    const again = documents.flatMap(
      ({ source }) => parseDocuments([{ name: 'a.yaml', text: source.text }]).documents,
    );
    expect(again.map(({ name, spec }) => [name, spec])).toEqual(
      documents.map(({ name, spec }) => [name, spec]),
    );
  });

  it('takes the same name twice when kind or project differ, and not otherwise', () => {
    const elsewhere = target.replace('users-db', 'users-db, project: other');
    expect(faultsOf(`${target}---\n${elsewhere}`)).toEqual([]);
    expect(faultsOf(`${target}---\n${target}`)).toEqual([
      'f.yaml:8:19: Target `users-db` is already defined in f.yaml:3',
    ]);
  });

  it('orders faults by file as given, then by place', () => {
    const bad = target.replace('crossfade/v1', 'v1').replace('env', 'envi');
    const faults = parseDocuments([
      { name: 'z.yaml', text: bad },
      { name: 'a.yaml', text: bad },
    ]).faults;
    expect(faults.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      'z.yaml:1:13',
      'z.yaml:4:14',
      'z.yaml:4:16',
      'a.yaml:1:13',
      'a.yaml:4:14',
      'a.yaml:4:16',
    ]);
  });

  it('counts lines and columns from 1 under CRLF, byte order marks and wide characters', () => {
    expect(faultsOf('apiVersion: crossfade/v1\r\nkind: Targt\r\n')).toEqual([
      'f.yaml:2:7: unknown kind `Targt`; did you mean `Target`?',
    ]);
    const wide = target.replace('{ name: users-db }', '{ name: "größe", zone: x }');
    expect(faultsOf(wide)[1]).toBe(
      'f.yaml:3:28: unknown key `zone`; expected `name`, `project` or `labels`',
    );
  });

  it.each([
    ['', 'f.yaml:1:1: this file holds no document'],
    ['# only a comment\n---\n', 'f.yaml:1:1: this file holds no document'],
    [`# ${'x'.repeat(262_143)}`, 'f.yaml:1:1: larger than 256 KiB; split it into several files'],
    [`# ${'€'.repeat(90_000)}`, 'f.yaml:1:1: larger than 256 KiB; split it into several files'],
    [`a:\n  ${'['.repeat(40)}`, 'f.yaml:2:35: nested deeper than 32 levels'],
    ['- '.repeat(50), 'f.yaml:1:65: nested deeper than 32 levels'],
    [
      '%YAML 1.1\n---\nkind: yes\n',
      'f.yaml:2:1: `%YAML 1.1` is not allowed; policies are YAML 1.2',
    ],
    ['kind: "x', 'f.yaml:1:9: not valid YAML: missing closing "quote'],
    ['? [a]\n: 1\n', 'f.yaml:1:3: a key must be text; put it in quotes'],
    [
      'kind: !!binary aGk=\n',
      'f.yaml:1:16: tags such as `tag:yaml.org,2002:binary` are not allowed; leave it out',
    ],
  ])('refuses %#', (text, expected) => {
    expect(faultsOf(text)).toEqual([expected]);
  });

  it('counts nesting by indentation too', () => {
    const nested = Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    expect(faultsOf(nested)).toEqual(['f.yaml:33:33: nested deeper than 32 levels']);
  });

  it('takes a long list of empty items, which nests nowhere', () => {
    const items = '- []\n- {}\n-\n'.repeat(40);
    expect(faultsOf(items)).toEqual([
      'f.yaml:1:1: expected a document with `apiVersion`, `kind`, `metadata` and `spec`',
    ]);
  });

  it('survives nesting by lines of many indicators, which overflows the composer', () => {
    const lines = Array.from({ length: 90 }, (_, line) => ' '.repeat(64 * line) + '- '.repeat(32));
    const text = `${lines.join('\n')}x`;
    expect(text.length).toBeLessThan(262_144 * 1.2);
    expect(faultsOf(text).length).toBe(1);
  });

  it('does not print what stands where a secret belongs', () => {
    const leaking = target.replace('{ env: USERS_DB_URL }', 'postgres://u:hunter2@db/users');
    expect(faultsOf(leaking)).toEqual([
      'f.yaml:4:14: `url` is written out; expected `{ env: NAME }`, since credentials do not belong in a policy file',
    ]);
  });

  it('keeps control characters out of its messages', () => {
    const [fault] = faultsOf(target.replace('env:', '"en\\u001b[2J\\u202ev": x, env:'));
    expect(fault).toMatch(/unknown key `en \[2J v`/);
  });
});

describe('whatever the text', () => {
  const folder = 'test/fixtures/policies/valid';
  const valid = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

  function places(text: string): void {
    const lines = text.split('\n').length;
    for (const { line, column, message } of checkFiles([{ name: 'f', text }], [], sha256).faults) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
      expect(message).not.toContain('\n');
    }
  }

  it('nothing is thrown and every fault has a place: any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), places));
  });

  it('nothing is thrown and every fault has a place: text made of YAML', () => {
    const piece = fc.constantFrom(
      '- ',
      '? ',
      ': ',
      'a: ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '\n',
      '\n  ',
      '*a',
      '&a ',
      '!t ',
      '"',
      "'",
      '|\n',
      '---\n',
      '__proto__: ',
      'constructor: ',
      '1',
      '<<: ',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => places(pieces.join(''))));
  });

  it('nothing is thrown and every fault has a place: a good policy with a hole or a patch', () => {
    const mutation = fc.record({
      text: fc.constantFrom(...valid),
      at: fc.nat(),
      cut: fc.nat({ max: 30 }),
      patch: fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('null', '[]', '{}', '-1', '\n  ', ': '),
      ),
    });
    fc.assert(
      fc.property(mutation, ({ text, at, cut, patch }) => {
        const start = at % text.length;
        places(text.slice(0, start) + patch + text.slice(start + cut));
      }),
      { numRuns: 300 },
    );
  });

  it('a hostile file is refused before it costs anything', () => {
    for (const piece of ['[', '{a: ', '- ', '? ', ': ']) {
      const text = piece.repeat(Math.floor(262_144 / piece.length));
      expect(faultsOf(text)).toEqual([expect.stringMatching(/nested deeper than 32 levels/)]);
    }
  });
});
