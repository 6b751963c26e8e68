import { defaults } from '../../core/policy/defaults.ts';
import type { Policy, ServiceRequirement, UnitSource } from '../../core/policy/policy.ts';
import type { DocumentOf } from '../document.ts';
import type { Path } from '../source/located.ts';
import type { Resolving } from './layers.ts';
import { statementsOf } from './listed-statements.ts';

type Base = Omit<Resolving, 'layers'>;

/** A service that the policy names, and its document where there is one. */
export interface NamedService {
  readonly name: string;
  readonly path: Path;
  readonly atLeast: number | undefined;
  readonly document: DocumentOf<'Service'> | null;
}

/** The services in the order of the policy; one without a document is a finding. */
export function namedServices({ document, context, findings }: Base): readonly NamedService[] {
  const { service, services = [] } = document.spec;
  const written =
    service === undefined
      ? services.map(({ name, atLeast }, index) => ({
          name,
          atLeast,
          path: ['spec', 'services', index, 'name'] as Path,
        }))
      : [{ name: service, atLeast: undefined, path: ['spec', 'service'] as Path }];
  return written.map((entry) => {
    const found = context.find('Service', document.project, entry.name);
    if (found === null) {
      const known = context.names('Service', document.project);
      findings.unknown(document.source, entry.path, { kind: 'Service', name: entry.name, known });
    }
    return { ...entry, document: found };
  });
}

export function resolveServices(
  { document, findings, origins }: Base,
  named: readonly NamedService[],
): readonly ServiceRequirement[] {
  for (const [index, { name, path }] of named.entries()) {
    if (named.findIndex((other) => other.name === name) < index) {
      findings.wrong(document.source, path, `service \`${name}\` is given twice`);
    }
  }
  return named.map(({ name, atLeast, document: service }) => {
    const usual = service?.spec.atLeast;
    const origin = usual === undefined ? 'built-in' : `service ${name}`;
    origins.set(`services.${name}.atLeast`, atLeast === undefined ? origin : 'policy');
    return { name, atLeast: atLeast ?? usual ?? defaults.atLeast };
  });
}

/** What the services say that they run; nothing where none says anything. */
export function resolveStatements(
  { origins }: Pick<Base, 'origins'>,
  named: readonly NamedService[],
): Pick<Policy, 'statements'> {
  const listed = named.flatMap(({ name, document }) =>
    (document === null ? [] : statementsOf(document)).map((statement) => ({ name, statement })),
  );
  for (const [index, { name }] of listed.entries()) {
    origins.set(`statements.${index}`, `service ${name}`);
  }
  return listed.length === 0 ? {} : { statements: listed.map(({ statement }) => statement) };
}

/** What the rollout routes by: the policy's word, else that of its first service. */
export function resolveUnit(
  { document, findings, origins }: Base,
  named: readonly NamedService[],
): Policy['unit'] {
  const [main] = named;
  const layers = [
    { origin: 'policy', unit: document.spec.unit ?? {} },
    { origin: `service ${main?.name ?? ''}`, unit: main?.document?.spec.unit ?? {} },
  ];
  const of = <T>(key: string, pick: (unit: Unit) => T | undefined, fallback: T): T => {
    const layer = layers.find(({ unit }) => pick(unit) !== undefined);
    origins.set(`unit.${key}`, layer?.origin ?? 'built-in');
    return (layer && pick(layer.unit)) ?? fallback;
  };
  const from = of<UnitSource | undefined>('from', (unit) => sourceOf(unit), undefined);
  const unit: Policy['unit'] = {
    key: of('key', ({ key }) => key, ''),
    columns: of<Policy['unit']['columns']>('columns', ({ columns }) => columns, {}),
    without: of<Policy['unit']['without']>('without', (unit) => unit.without, defaults.withoutUnit),
    ...(from === undefined ? {} : { from }),
  };
  const allKnown = named.every((service) => service.document !== null);
  if (unit.key === '' && allKnown && document.spec.route === undefined) {
    const message =
      'nothing says what is routed; write `unit: { key: tenantId }` here or in the Service';
    findings.wrong(document.source, ['spec'], message);
  }
  return unit;
}

function sourceOf({ from }: Unit): UnitSource | undefined {
  if (from === undefined) return undefined;
  const { table, id, together } = from;
  return { table, id, ...(together === undefined ? {} : { together }) };
}

type Unit = NonNullable<Resolving['document']['spec']['unit']>;
