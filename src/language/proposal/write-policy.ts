import type { Fault } from '../../core/errors.ts';
import type { ProposedStep } from '../../core/judge/forecast/propose-steps.ts';
import type { Operation } from '../../core/schema-migration/operation.ts';
import type { WrittenDocument } from '../import/write-documents.ts';
import { writeYaml } from '../import/write-documents.ts';
import { writtenOperation } from './written-operation.ts';

/** A policy that is proposed for a migration of another tool's. */
export interface ProposedPolicy {
  /** Of schema migration and policy. */
  readonly name: string;
  readonly service: string;
  /** Schema of the tables. */
  readonly schema: string;
  /** Environment variable of the server with the target's address. */
  readonly variable: string;
  readonly operations: readonly {
    readonly operation: Operation;
    readonly doubts: readonly Fault[];
  }[];
  /** What becomes of statements that no operation says. */
  readonly left: readonly Fault[];
  /** Null takes those of the service's profile. */
  readonly steps: readonly ProposedStep[] | null;
}

const apiVersion = 'crossfade/v1';

const document = (
  kind: string,
  name: string,
  spec: object,
  comments: WrittenDocument['comments'] = [],
): WrittenDocument => ({
  value: { apiVersion, kind, metadata: { name }, spec },
  comments,
  providers: new Set(),
});

/** Target, Service, SchemaMigration and RolloutPolicy as YAML, each doubt above what it is about. */
export function writePolicy(proposed: ProposedPolicy): string {
  const { name, service, variable } = proposed;
  const target = `${service}-db`;
  return writeYaml([
    document('Target', target, { url: { env: variable } }, [remarksOf([], proposed.left)]),
    document('Service', service, { target, atLeast: 1, unit: { key: 'tenantId' } }, [
      {
        path: ['spec', 'atLeast'],
        words: ['Instances that there are at least, and what your requests name a tenant by.'],
        remarks: [],
      },
    ]),
    migrationOf(proposed, target),
    rolloutOf(name, service, proposed.steps),
  ]);
}

const remarksOf = (
  path: readonly (string | number)[],
  remarks: readonly Fault[],
): WrittenDocument['comments'][number] => ({ path: [...path], words: [], remarks });

function migrationOf(
  { name, service, schema, operations }: ProposedPolicy,
  target: string,
): WrittenDocument {
  const view = service.replaceAll(/[^a-z0-9]/g, '_').slice(0, 20);
  const to = `${view}_${name.replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, 60);
  const spec = {
    target,
    from: `${view}_v1`,
    to,
    ...(schema === 'public' ? {} : { schema }),
    operations: operations.map(({ operation }) => writtenOperation(operation)),
  };
  const words = [
    'Schemas of views, one for each version: `from` is the one that the version in use reads.',
  ];
  return document('SchemaMigration', name, spec, [
    { path: ['spec', 'from'], words, remarks: [] },
    ...operations.map(({ doubts }, at) => remarksOf(['spec', 'operations', at], doubts)),
  ]);
}

function rolloutOf(name: string, service: string, steps: ProposedPolicy['steps']): WrittenDocument {
  const spec = { service, schemaMigration: name };
  if (steps === null) {
    const words = [
      "Steps are those of the service's profile; --units and --requests-per-second compute them.",
    ];
    return document('RolloutPolicy', name, spec, [
      { path: ['spec', 'service'], words, remarks: [] },
    ]);
  }
  const shares = steps.map(({ percent, bakeMs, isProven }) => ({
    share: {
      to: `${percent}%`,
      bake: duration(bakeMs),
      ...(isProven ? { require: 'proven' } : {}),
    },
  }));
  const before = [{ expand: {} }, { backfill: {} }, { verify: {} }, { shadow: {} }];
  const after = [{ share: { to: '100%' } }, { soak: {} }, { contract: {} }];
  return document('RolloutPolicy', name, { ...spec, steps: [...before, ...shares, ...after] });
}

const minute = 60_000;

function duration(ms: number): string {
  const minutes = ms / minute;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
