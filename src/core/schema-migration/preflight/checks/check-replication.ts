import type { Finding } from '../finding.ts';
import { sizeWords } from '../growth.ts';
import type { PublicationFacts, SlotFacts, TableFacts, TargetFacts } from '../target-facts.ts';

/** How far a replica may be behind: from then on a word, from then on a reason to wait. Seconds. */
const replicaLag = { warns: 5, blocks: 60 } as const;

/** Replicas, slots, publications and subscriptions: who else reads or writes what changes. */
export function checkReplication({ replication, tables }: TargetFacts): readonly Finding[] {
  return [
    ...replication.replicas.flatMap(lagging),
    ...replication.slots.flatMap((slot) => fallenBehind(slot, replication.slotsUnbounded)),
    ...tables.flatMap((table) => [
      ...table.publications.flatMap((publication) => published(table, publication)),
      ...unidentified(table),
      ...subscribed(table),
    ]),
  ];
}

function lagging({
  name,
  lag,
}: TargetFacts['replication']['replicas'][number]): readonly Finding[] {
  if (lag < replicaLag.warns) return [];
  return [
    {
      code: 'replicaLag',
      severity: lag >= replicaLag.blocks ? 'blocks' : 'warns',
      table: null,
      message: `The replica ${name} is ${Math.round(lag)} s behind, and a backfill would add to that.`,
      remedy: 'Let it catch up.',
    },
  ];
}

/** A logical slot decodes every row that a backfill writes; one that nobody reads keeps all of it. */
function fallenBehind(slot: SlotFacts, unbounded: boolean): readonly Finding[] {
  const { name, active, walStatus, retained, plugin } = slot;
  const about = { code: 'slot', table: null } as const;
  const kept = retained === null ? 'WAL' : `${sizeWords(retained)} of WAL`;
  const drop = `Start its consumer, or drop it: SELECT pg_drop_replication_slot('${name.replaceAll("'", "''")}');`;
  if (walStatus === 'lost') {
    const message = `The replication slot ${name} has lost WAL that its consumer still needs.`;
    return [{ ...about, severity: 'warns', message, remedy: drop }];
  }
  if (!active) {
    const end = unbounded ? ', and nothing bounds it: a backfill may fill the disk' : '';
    const message = `Nobody reads the replication slot ${name}; it keeps ${kept}${end}.`;
    return [{ ...about, severity: unbounded ? 'blocks' : 'warns', message, remedy: drop }];
  }
  if (plugin === null) return [];
  const message = `The replication slot ${name} (${plugin}) decodes every row that a backfill writes.`;
  const remedy = 'Make sure that its consumer keeps up with a change of every row.';
  return [{ ...about, severity: 'warns', message, remedy }];
}

/** What subscribers get to see of expand and contract. */
function published({ name, table }: TableFacts, publication: PublicationFacts): readonly Finding[] {
  const about = { code: 'publication', severity: 'warns', table: name } as const;
  const { columns, filter, allTables } = publication;
  const title = `The publication ${publication.name}`;
  const findings: Finding[] = [];
  if (columns === null) {
    const how = allTables ? ` (FOR ALL TABLES)` : '';
    findings.push({
      ...about,
      message: `${title}${how} publishes all columns of ${name}: after expand it sends the new one as well, and a subscription whose table lacks it stops.`,
      remedy:
        'Add the new columns to the tables of PostgreSQL subscribers first; other consumers must bear unknown columns.',
    });
  } else {
    findings.push({
      ...about,
      message: `${title} publishes ${table}(${columns.join(', ')}) by name: the new column is not among them, and contract renames an old one that is.`,
      remedy: `Before contract: ALTER PUBLICATION ${publication.name} SET TABLE ${name} (…) with the new column.`,
    });
  }
  if (filter !== null) {
    findings.push({
      ...about,
      message: `${title} filters the rows of ${name}; a filter over a column that contract puts aside goes on reading what is no longer written.`,
      remedy: `Before contract let the filter read the new column.`,
    });
  }
  return findings;
}

function unidentified({ name, identified, publications }: TableFacts): readonly Finding[] {
  const updates = publications.filter((one) => one.updates).map((one) => one.name);
  if (identified || updates.length === 0) return [];
  return [
    {
      code: 'replicaIdentity',
      severity: 'blocks',
      table: name,
      message: `${name} is published with its updates (${updates.join(', ')}) and has no replica identity, so PostgreSQL refuses every UPDATE, the backfill's too.`,
      remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL; or give it a primary key.`,
    },
  ];
}

/** Apply workers run as `session_replication_role = replica`, where ordinary triggers do not fire. */
function subscribed({ name, subscriptions }: TableFacts): readonly Finding[] {
  return subscriptions.map((subscription) => ({
    code: 'subscription',
    severity: 'blocks',
    table: name,
    message: `The subscription ${subscription} writes into ${name} without firing triggers, so what it writes would not be kept in step.`,
    remedy: `Run the schema migration where these rows come from, or take ${name} out of the subscription.`,
  }));
}
