import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type Dashboard, dashboardFiles, readDashboard } from '../support/dashboards.ts';

type Place = Dashboard['panels'][number]['gridPos'];

const overlap = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe.each(dashboardFiles)('%s', (file) => {
  it('is a dashboard as Grafana knows it', () => {
    expect(() => readDashboard(file)).not.toThrow();
  });

  it('has panels of different numbers that lie beside each other', () => {
    const { panels } = readDashboard(file);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    const covered = panels.flatMap((one, index) =>
      panels.slice(index + 1).filter((other) => overlap(one.gridPos, other.gridPos)),
    );
    expect(covered.map(({ title }) => title)).toEqual([]);
  });

  it('uses no variable that it does not have', () => {
    const { templating } = readDashboard(file);
    const known = templating.list.map(({ name }) => name);
    const used = [...readFileSync(file, 'utf8').matchAll(/\$\{?([a-z]\w*)/g)].map(
      ([, name]) => name,
    );
    expect(used.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});

describe('the dashboards together', () => {
  it('are three, each with an address of its own', () => {
    const uids = dashboardFiles.map((file) => readDashboard(file).uid);
    expect(uids).toEqual(['crossfade-controller', 'crossfade-fleet', 'crossfade-rollout']);
  });

  it('are loaded by provisioning that can be read', () => {
    const read = (path: string): unknown =>
      parse(readFileSync(`grafana/provisioning/${path}`, 'utf8'));
    expect(read('dashboards/crossfade.yaml')).toMatchObject({
      apiVersion: 1,
      providers: [{ type: 'file', options: { path: '${CROSSFADE_DASHBOARDS}' } }],
    });
    expect(read('datasources/prometheus.yaml')).toMatchObject({
      apiVersion: 1,
      datasources: [{ type: 'prometheus', url: '${PROMETHEUS_URL}' }],
    });
  });
});
