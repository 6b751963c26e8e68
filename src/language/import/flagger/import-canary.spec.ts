import { describe, expect, it } from '@jest/globals';
import { guardsOf, imported, lines } from '../../../../test/support/imported.ts';

import { importFiles } from '../import-files.ts';
import { renderQuery } from './render-query.ts';

describe('a Canary', () => {
  it('becomes a threshold per metric, with the query of its MetricTemplate', () => {
    const guards = guardsOf(imported('flagger-templates.yaml'));
    expect(guards.map(({ name }) => name)).toEqual([
      '404s-percentage',
      '404s-percentage-slow',
      'queue',
      'no-limit',
      'in-line',
    ]);
    expect(guards[2]).toEqual({
      name: 'queue',
      threshold: {
        prometheus: 'prometheus',
        expr: 'max(queue_depth{app="shop-service",canary="shop",ingress="shop-ingress",tier="gold"})',
        min: 1,
        max: 100,
        interval: '30s',
        window: '30s',
        failAfter: { failures: 3, of: 5 },
      },
      onFail: 'rollback',
    });
    expect(guards[4]?.threshold).toMatchObject({ prometheus: 'prometheus-2', max: 2 });
    expect(guards[3]?.threshold).toMatchObject({ max: 0 });
  });

  it('makes the interval of a query a window only where both are as long', () => {
    const [same, longer] = guardsOf(imported('flagger-templates.yaml'));
    expect(same?.threshold['expr']).toContain('response_code!="404"}[$window])');
    expect(longer?.threshold['expr']).toContain('response_code!="404"}[2m])');
  });

  it('says that failures are counted otherwise, and what is left behind', () => {
    const found = imported('flagger-templates.yaml');
    expect(lines(found.remarks)).toContain(
      '49: threshold 3: 3 failed checks of all metrics in total fail there; here 3 of the last 5 windows of this guard in a step',
    );
    expect(lines(found.left).map((line) => line.split(';')[0])).toEqual([
      '8: `secretRef` of MetricTemplate `not-found-percentage`: credentials belong to the Provider',
      '32: MetricTemplate `forgotten`: no canary in the files refers to it',
      '50: `iterations`: how far it goes, and in which steps, is for `steps`',
      '51: `match`: units are routed by the flag, not by the mesh',
      '52: `mirror`: see step `shadow`, which compares the answers of both sides',
      '69: `no-variable`: its query still holds a template that has no value here',
      '73: metric `datadog`: provider `datadog` cannot be asked',
      '76: metric `elsewhere`: MetricTemplate `nowhere` is not in the files',
      '81: `upside-down`: no value is at least 5 and at most 1',
      '84: metric `nothing`: it has neither `templateRef` nor `query`',
    ]);
    expect(lines(imported('flagger-built-ins.yaml').left)).toContain(
      '20: webhook `load-test`: Crossfade calls none',
    );
  });

  it('is read under its old name, and asked no more often than Flagger does', () => {
    const [guard] = guardsOf(imported('flagger-old-name.yaml'));
    expect(guard).toMatchObject({ name: 'cpu', threshold: { interval: '10s', max: 0.8 } });
  });

  it('finds its template in another file, and in its own namespace first', () => {
    const template = (namespace: string, query: string) => ({
      name: namespace,
      text: `{apiVersion: flagger.app/v1, kind: MetricTemplate, metadata: {name: t, namespace: ${namespace}}, spec: {provider: {type: prometheus}, query: ${query}}}`,
    });
    const canary = {
      name: 'canary',
      text: '{apiVersion: flagger.app/v1, kind: Canary, metadata: {name: c, namespace: mine}, spec: {targetRef: {name: c}, analysis: {metrics: [{name: m, templateRef: {name: t}, thresholdRange: {max: 1}}]}}}',
    };
    const found = importFiles([template('other', 'wrong'), template('mine', 'right'), canary]);
    expect(guardsOf(found)[0]?.threshold['expr']).toBe('right');
  });
});

describe('the actions of a query', () => {
  const model = {
    name: 'n',
    namespace: 'ns',
    target: 't',
    service: 's',
    ingress: 'i',
    variables: { a: 'A' },
  };

  it.each([
    ['{{ name }}{{namespace}}{{- target -}}{{ service }}{{ ingress }}', 'nnstsi'],
    ['{{ variables.a }}', 'A'],
    ['{{ variables.b }}', '{{ variables.b }}'],
    ['{{ variables }}', '{{ variables }}'],
    ['{{ constructor }}', '{{ constructor }}'],
    ['[{{ interval }}] {{ interval }}', '[$window] 1m'],
  ])('%s becomes %s', (query, rendered) => {
    expect(renderQuery(query, model, { interval: '1m', isWindow: true })).toBe(rendered);
  });
});
