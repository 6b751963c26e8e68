import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { lintImport } from '../../../test/support/lint-import.ts';
import { importFiles, type ImportedFiles } from './import-files.ts';

const folder = 'test/fixtures/import';

function imported(...names: readonly string[]): ImportedFiles {
  return importFiles(
    names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
  );
}

/** The guards of the first profile without Crossfade's own comparisons, by name. */
function guardsOf({ documents }: ImportedFiles): Readonly<Record<string, unknown>> {
  const profile = documents.find((found) => (found as { kind: string }).kind === 'Profile');
  const { guards } = (profile as { spec: { guards: { name: string }[] } }).spec;
  return Object.fromEntries(guards.slice(3).map((guard) => [guard.name, guard] as const));
}

const lines = (list: ImportedFiles['left']) =>
  list.map(({ line, column, message }) => `${line}:${column}: ${message}`);

describe('any file', () => {
  const files = readdirSync(folder).filter((name) => /\.(yaml|json)$/.test(name));

  it.each(files)('%s becomes guards that lint clean', (name) => {
    const found = imported(name);
    expect(found.faults).toEqual([]);
    expect(lintImport(found.yaml)).toEqual([]);
  });

  it('may be imported with all others: no name is given twice', () => {
    expect(lintImport(imported(...files).yaml)).toEqual([]);
  });

  it.each([
    [
      'argo.yaml',
      [
        '8:17: `interval` is `soon`; expected a duration such as `30s`, `5m` or `1h30m`',
        '9:21: `failureLimit` is `many`; expected a whole number',
        '10:16: `provider` is empty; expected a mapping with one provider',
        '11:7: `metrics[1]` is `text`; expected a mapping',
      ],
    ],
    [
      'flagger.yaml',
      [
        '5:14: missing `name`; expected text',
        '7:15: `interval` is `1 minute`; expected a duration such as `30s`, `5m` or `1h30m`',
        '9:43: `max` is `high`; expected a number',
      ],
    ],
    [
      'nothing.yaml',
      [
        '1:1: nothing here can be imported; expected an AnalysisTemplate or ClusterAnalysisTemplate of `argoproj.io`, a Canary of `flagger.app`, or a canary config of Kayenta',
      ],
    ],
    [
      'yaml.yaml',
      [
        '3:19: anchors such as `&anchor` are not allowed; write the value out',
        '4:22: `metrics` is given twice; keep one',
      ],
    ],
  ])('invalid/%s is refused with each fault at its place', (name, faults) => {
    const found = imported(`invalid/${name}`);
    expect(lines(found.faults)).toEqual(faults);
    expect(found.yaml).toBe('');
  });

  it('is refused when it is larger than our own may be', () => {
    const text = `kind: AnalysisTemplate # ${'x'.repeat(256 * 1024)}`;
    expect(lines(importFiles([{ name: 'a', text }]).faults)).toEqual([
      '1:1: larger than 256 KiB; split it into several files',
    ]);
  });

  it('is refused when what it becomes is larger than that', () => {
    const metric = `{name: a, successCondition: "result>1", provider: {prometheus: {query: q}}}`;
    const text = `{apiVersion: argoproj.io/v1, kind: AnalysisTemplate, metadata: {name: a}, spec: {metrics: [${`${metric},`.repeat(2_000)}]}}`;
    expect(lines(importFiles([{ name: 'a', text }]).faults)[0]).toContain('in several parts');
  });

  it('keeps credentials of an address to itself', () => {
    const { yaml, remarks } = imported('argo-limits.yaml');
    expect(yaml).toContain('address https://prom.example:9090');
    expect(yaml + JSON.stringify(remarks)).not.toContain('secret');
  });
});

describe('a list, as kubectl prints it', () => {
  it('is imported item by item; other kinds are named', () => {
    const found = imported('argo-list.yaml');
    expect(Object.keys(guardsOf(found))).toEqual(['queue-depth-max']);
    expect(lines(found.left)).toEqual(['19:5: kind `Rollout` is not imported']);
    expect(found.yaml).toContain('metadata: { name: same.name-2 }');
  });
});

describe("Crossfade's own comparisons", () => {
  it('stay in the list, since it replaces the one that is built in', () => {
    const { documents } = imported('argo-success-rate.yaml');
    expect(documents[1]).toMatchObject({
      spec: {
        guards: [
          { name: 'errors', compare: 'errors' },
          { name: 'latency', compare: 'latency' },
          { name: 'mismatches', compare: 'mismatches' },
          { name: 'success-rate' },
        ],
      },
    });
  });

  it('are proposed in place of what Flagger asks a mesh', () => {
    const found = imported('flagger-built-ins.yaml');
    expect(guardsOf(found)).toEqual({});
    const [errors, latency] = found.yaml.split('\n').filter((line) => line.includes('proposal'));
    expect(errors).toContain('at least 99 %');
    expect(latency).toContain('p99 at most 500 ms');
    expect(lines(found.left).join('\n')).toContain('the limit of 99 %');
  });
});
