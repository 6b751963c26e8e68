import { rampGroups } from '../cohort/ramp-group.ts';
import { unitBuckets } from '../cohort/unit-bucket.ts';
import type { Cohort, OperationKind } from '../protocol/evidence.ts';
import type { ReceivedInstrument } from './series-point.ts';

/** What a point counts, read from its attributes. */
export type CountedAs =
  | {
      readonly kind: 'operations';
      readonly cohort: Cohort;
      readonly operation: OperationKind;
      /** One of the hash buckets, or `none` for what belongs to no unit. */
      readonly bucket: string;
      readonly failed: boolean;
    }
  | {
      readonly kind: 'durations';
      readonly cohort: Cohort;
      readonly operation: OperationKind;
      /** The ramp group; null where the sender does not know it. */
      readonly group: number | null;
    }
  /** Good, and nothing that is judged: the shadow's durations, for which nobody waited. */
  | { readonly kind: 'aside' }
  /** The sender itself ran out of attribute sets, and merged some. */
  | { readonly kind: 'overflow' }
  | { readonly kind: 'strange'; readonly reason: string };

type Attributes = Readonly<Record<string, string>>;

const overflow = 'otel.metric.overflow';

export function readAttributes(instrument: ReceivedInstrument, attributes: Attributes): CountedAs {
  if (attributes[overflow] === 'true') return { kind: 'overflow' };
  const { cohort, operation } = attributes;
  if (cohort !== 'canary' && cohort !== 'baseline') {
    return strange('cohort', 'canary or baseline', cohort);
  }
  if (operation !== 'read' && operation !== 'write') {
    return strange('operation', 'read or write', operation);
  }
  return instrument === 'migration.operations'
    ? operationsOf({ cohort, operation }, attributes)
    : durationsOf({ cohort, operation }, attributes);
}

interface Common {
  readonly cohort: Cohort;
  readonly operation: OperationKind;
}

function operationsOf(common: Common, { bucket, outcome }: Attributes): CountedAs {
  if (outcome !== 'ok' && outcome !== 'error') return strange('outcome', 'ok or error', outcome);
  if (bucket === undefined || (bucket !== 'none' && !isBelow(bucket, unitBuckets))) {
    return strange('bucket', `0 to ${unitBuckets - 1} or none`, bucket);
  }
  return { kind: 'operations', ...common, bucket, failed: outcome === 'error' };
}

function durationsOf(common: Common, attributes: Attributes): CountedAs {
  const { role = 'authoritative', ramp_group: group } = attributes;
  if (role === 'shadow') return { kind: 'aside' };
  if (role !== 'authoritative') return strange('role', 'authoritative or shadow', role);
  if (group !== undefined && !isBelow(group, rampGroups)) {
    return strange('ramp_group', `0 to ${rampGroups - 1}`, group);
  }
  return { kind: 'durations', ...common, group: group === undefined ? null : Number(group) };
}

function isBelow(text: string, end: number): boolean {
  return /^(0|[1-9]\d?)$/.test(text) && Number(text) < end;
}

function strange(attribute: string, right: string, found: string | undefined): CountedAs {
  const said = found === undefined ? 'is missing' : `is ${JSON.stringify(found.slice(0, 40))}`;
  return { kind: 'strange', reason: `the attribute ${attribute} ${said}; right is ${right}` };
}
