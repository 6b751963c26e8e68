import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import '../../../test/support/fixed-seed.ts';
import { lintImport } from '../../../test/support/lint-import.ts';
import { importFiles } from './import-files.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'errors',
    'a',
    '{{args.a}}',
    '{{ target }}',
    '${scope}',
    '$rollout',
    '[$window]',
    '#',
    '"',
    '\n',
    'standard',
    '-',
    '---\n',
    '*a',
    '|',
  ),
);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const duration = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }).map((count) => `${count}s`),
  fc.constantFrom('1m', '1h30m', '0.5s', '100ms', '3650d', '87600h', 'soon'),
);
const query = fc.oneof(
  text,
  fc
    .array(
      fc.constantFrom(
        'sum(',
        ')',
        'a{',
        '}',
        '[5m]',
        '[{{ interval }}]',
        'x="${scope}"',
        ',',
        '{{args.a}}',
        ' or ',
        '# c\n',
        '"',
        '{{ variables.a }}',
      ),
    )
    .map((parts) => parts.join('')),
);
const condition = fc.oneof(
  text,
  number.map((limit) => `result[0] < ${limit}`),
  fc.tuple(number, number).map(([a, b]) => `result >= ${a} && result <= ${b}`),
  number.map((limit) => `all(result, # > ${limit})`),
);

/** Every key may be missing, and now and then hold something else. */
function loose(shape: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const odd = fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    { weight: 60, arbitrary: fc.constant(undefined) },
  );
  const entries = Object.entries(shape).map(
    ([key, part]) => [key, fc.tuple(part, odd).map(([value, other]) => other ?? value)] as const,
  );
  return fc.record(Object.fromEntries(entries), { requiredKeys: Object.keys(shape).slice(0, 3) });
}

const argo = loose({
  name: text,
  provider: fc.oneof(
    fc.record({ prometheus: loose({ query, address: text }) }),
    fc.constant({ web: {} }),
  ),
  successCondition: condition,
  failureCondition: condition,
  interval: duration,
  count: fc.integer({ min: -2, max: 20 }),
  failureLimit: fc.integer({ min: -2, max: 20 }),
  inconclusiveLimit: fc.oneof(fc.nat().map(String), fc.nat()),
}).map((metric) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'standard' },
  spec: { args: [{ name: 'a', value: '1' }], metrics: [metric, metric] },
}));

const flagger = fc
  .tuple(
    loose({
      name: fc.oneof(text, fc.constantFrom('request-success-rate', 'request-duration')),
      query,
      thresholdRange: fc.record({ min: number, max: number }, { requiredKeys: [] }),
      interval: duration,
      templateRef: fc.constant({ name: 't' }),
      templateVariables: fc.dictionary(text, text),
    }),
    loose({ name: text, interval: duration, threshold: fc.integer({ max: 40 }) }),
    query,
  )
  .map(([metric, analysis, templated]) => ({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'MetricTemplate',
        metadata: { name: 't' },
        spec: { provider: { type: 'prometheus' }, query: templated },
      },
      {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: 'c' },
        spec: { targetRef: { name: 'c' }, analysis: { ...analysis, metrics: [metric] } },
      },
    ],
  }));

const effect = fc.double({ min: 0, max: 9, noNaN: true });
const kayenta = loose({
  name: text,
  query: loose({
    metricName: fc.oneof(query, fc.constant('m')),
    customFilter: fc.oneof(query, fc.constantFrom('', 'pod="${scope}"')),
    labelBindings: fc.array(fc.oneof(query, fc.constant('a="b"'))),
    customInlineTemplate: fc.oneof(
      fc.constant(''),
      query.map((inner) => `PromQL:${inner}`),
    ),
  }),
  analysisConfigurations: fc.record({
    canary: loose({
      effectSize: loose({
        allowedIncrease: effect,
        allowedDecrease: effect,
        criticalIncrease: effect,
        criticalDecrease: effect,
      }),
      direction: fc.constantFrom('increase', 'decrease', 'either'),
      critical: fc.boolean(),
      muted: fc.boolean(),
    }),
  }),
  groups: fc.array(text),
}).map((metric) => ({
  name: 'k',
  judge: {},
  metrics: [metric],
  classifier: { groupWeights: { a: 100 } },
}));

describe.each([
  ['AnalysisTemplate', argo],
  ['Canary', flagger],
  ['canary config', kayenta],
] as const)('any %s', (_, document: fc.Arbitrary<object>) => {
  it('is refused at a place in it, or becomes guards that lint clean', () => {
    let clean = 0;
    fc.assert(
      fc.property(document, (value) => {
        const found = importFiles([{ name: 'f.yaml', text: JSON.stringify(value, null, 1) }]);
        clean += /expr:/.test(found.yaml) ? 1 : 0;
        const unplaced = found.faults.filter(({ line, column }) => line < 1 || column < 1);
        expect(found.faults.length > 0 ? unplaced : lintImport(found.yaml)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(clean).toBeGreaterThan(20);
  });
});
