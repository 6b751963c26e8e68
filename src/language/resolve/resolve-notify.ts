import type { Policy } from '../../core/policy/policy.ts';
import type { DocumentOf } from '../document.ts';
import { listed } from '../scalars/one-of.ts';
import type { Resolving } from './layers.ts';

const routes = ['page', 'info'] as const;

type ProviderSpec = DocumentOf<'Provider'>['spec'];

/** Kinds of Provider that can tell somebody something. */
const tellers = ['slack', 'webhook', 'grafana'] as const satisfies readonly (keyof ProviderSpec)[];

/** Who is told. The providers that are named must exist, and be of a kind that tells. */
export function resolveNotify(resolving: Resolving): Pick<Policy, 'notify'> {
  const { notify } = resolving.document.spec;
  if (notify === undefined) return {};
  for (const route of routes) {
    const written = notify[route];
    for (const [index, name] of [written ?? []].flat().entries()) {
      const path = Array.isArray(written) ? [route, index] : [route];
      checkTeller(resolving, ['spec', 'notify', ...path], name);
    }
  }
  return { notify: { page: [notify.page ?? []].flat(), info: [notify.info ?? []].flat() } };
}

function checkTeller(
  { context, document, findings }: Resolving,
  path: readonly (string | number)[],
  name: string,
): void {
  const { project, source } = document;
  const provider = context.find('Provider', project, name);
  if (provider === null) {
    const known = context.names('Provider', project);
    findings.unknown(source, path, { kind: 'Provider', name, known });
  } else if (!tellers.some((kind) => provider.spec[kind] !== undefined)) {
    const message = `Provider \`${name}\` tells nobody; expected one that is ${listed(tellers)}`;
    findings.wrong(source, path, message);
  }
}
