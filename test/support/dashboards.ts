import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** Those that come with Grafana 9 and later; the old ones that need Angular are not among them. */
const panelTypes = ['timeseries', 'stat', 'table', 'state-timeline'] as const;

const datasource = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.literal('${datasource}'),
});
const place = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource,
  expr: z.string().min(1),
  legendFormat: z.string(),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
  format: z.literal('table').optional(),
  exemplar: z.boolean().optional(),
});
const row = z.strictObject({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.literal(false),
  gridPos: place,
  panels: z.tuple([]),
});
const panel = z.strictObject({
  id: z.int().positive(),
  type: z.enum(panelTypes),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos: place,
  fieldConfig: z.strictObject({
    defaults: z.looseObject({ unit: z.string() }),
    overrides: z.array(z.unknown()),
  }),
  options: z.looseObject({}),
  transformations: z
    .array(z.strictObject({ id: z.string(), options: z.looseObject({}) }))
    .optional(),
  targets: z.array(target).min(1),
});
const variable = z.discriminatedUnion('type', [
  z.strictObject({
    name: z.literal('datasource'),
    label: z.string(),
    type: z.literal('datasource'),
    query: z.literal('prometheus'),
  }),
  z.strictObject({
    name: z.string(),
    label: z.string(),
    type: z.literal('query'),
    datasource,
    refresh: z.literal(2),
    sort: z.int(),
    query: z.strictObject({ query: z.string(), refId: z.string() }),
    definition: z.string(),
  }),
]);
const annotation = z.strictObject({
  name: z.string(),
  datasource,
  enable: z.boolean(),
  iconColor: z.string(),
  expr: z.string().min(1),
  titleFormat: z.string(),
  tagKeys: z.string(),
  useValueForTime: z.literal(true),
  step: z.string(),
});

/** The parts of Grafana's dashboard model that ours have; any other key is a slip of the pen. */
const dashboard = z.strictObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  version: z.int(),
  editable: z.boolean(),
  graphTooltip: z.int().min(0).max(2),
  refresh: z.string(),
  timezone: z.literal('browser'),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.strictObject({ list: z.array(variable).min(1) }),
  annotations: z.strictObject({ list: z.array(annotation) }),
  links: z.array(z.looseObject({ type: z.string(), title: z.string() })),
  panels: z.array(z.union([row, panel])).min(1),
});

export type Dashboard = z.output<typeof dashboard>;

export const dashboardFiles = globSync('grafana/dashboards/*.json').sort();

/** Throws what is wrong with the file, key by key. */
export function readDashboard(file: string): Dashboard {
  return dashboard.parse(JSON.parse(readFileSync(file, 'utf8')));
}

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly expr: string; readonly record?: string }[];
  }[];
}

/**
 * All that dashboards and rules ask Prometheus, about one rollout where it must be about one. An alert that is silent
 * has no data; what it asks for has, so its metrics stand here.
 */
export function everythingAsked(rollout: string): readonly string[] {
  const boards = dashboardFiles.map(readDashboard);
  const panels = boards.flatMap((board) => board.panels);
  const targets = panels.flatMap((panel) => (panel.type === 'row' ? [] : panel.targets));
  const annotations = boards.flatMap((board) => board.annotations.list);
  const rules = globSync('grafana/rules/*.yaml').flatMap((file) =>
    (parse(readFileSync(file, 'utf8')) as RuleFile).groups.flatMap((group) => group.rules),
  );
  const ofRules = rules.flatMap(({ expr, record }) =>
    record === undefined ? (expr.match(/crossfade[\w:]+/g) ?? []) : [expr],
  );
  const shown = [...targets, ...annotations].map(({ expr }) =>
    expr.replaceAll('$rollout', rollout),
  );
  return [...shown, ...ofRules];
}
