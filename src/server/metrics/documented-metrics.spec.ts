import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { Silence } from '../../../test/support/silence.ts';
import type { DocumentSets } from '../../engine/ports/document-sets.ts';
import { FleetReader } from '../../engine/ports/fleet-reader.ts';
import { DriftGauge } from '../documents/drift-gauge.ts';
import { EngineMetrics } from './engine-metrics.ts';
import { FleetGauges } from './fleet-gauges.ts';

class NoFleet extends FleetReader {
  override read(): never {
    throw new Error('nobody looks');
  }
}

const noSets = {} as DocumentSets;

interface Described {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** A row of the table for each metric of our own; Node's stand together in one sentence. */
function rows(): readonly string[] {
  const metrics = new EngineMetrics();
  void new FleetGauges(new NoFleet(), metrics, new Silence());
  void new DriftGauge(noSets, metrics);
  return (metrics.registry.getMetricsAsArray() as unknown as readonly Described[])
    .filter(({ name }) => !/^crossfade_(nodejs|process)_/.test(name))
    .map(({ name, type, labelNames, help }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${labels} | ${help} |`;
    });
}

it('every metric stands in the documentation as it is, and no other', async () => {
  const page = await readFile('docs/metrics.md', 'utf8');
  const documented = page.split('\n').filter((line) => line.startsWith('| `crossfade_'));
  expect(documented.map(unaligned).sort()).toEqual(rows().map(unaligned).sort());
});

function unaligned(row: string): string {
  return row.replace(/ +/g, ' ');
}
