import type { Finding } from '../finding.ts';
import { growthOf, sizeWords } from '../growth.ts';
import type { DiskFacts, TargetFacts } from '../target-facts.ts';

const remedy =
  'Let the DBA define crossfade.free_disk(tablespace text) RETURNS bigint, or set ' +
  'crossfade.disk_size on the database; docs/preflight.md shows both.';

/**
 * Whether what a schema migration adds fits on the disk.
 * @param extra bytes that a backup adds in the database itself, counted once, on the first tablespace
 */
export function checkDisk({ server, tables }: TargetFacts, extra: number): readonly Finding[] {
  return server.disks.flatMap((disk, at) => {
    const here = tables.filter(({ tablespace }) => tablespace === disk.tablespace);
    const growth = here.reduce((sum, table) => sum + growthOf(table), at === 0 ? extra : 0);
    return finding(disk, growth);
  });
}

function finding({ tablespace, free, source }: DiskFacts, growth: number): readonly Finding[] {
  const needs = `up to ${sizeWords(growth)} of new data in tablespace ${tablespace}`;
  if (free === null) {
    const message = `The schema migration may write ${needs}, and the free space is not known: ${source}.`;
    return [{ code: 'disk', severity: 'unknown', table: null, message, remedy }];
  }
  if (free >= growth) return [];
  const message = `The schema migration may write ${needs}, and ${sizeWords(free)} are free (${source}).`;
  const make = `Make room for ${sizeWords(growth - free)} more.`;
  return [{ code: 'disk', severity: 'blocks', table: null, message, remedy: make }];
}
