import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentStore } from '../../engine/ports/document-store.ts';
import { type Notifier, Notifiers } from '../../engine/ports/notifier.ts';
import type { DocumentOf } from '../../language/document.ts';
import { providerSpec } from './provider-spec.ts';
import { readAddress } from './read-address.ts';
import { readSecret, type Environment } from './read-secret.ts';

/** All that somebody who is told is reached by, with secrets. */
export type NotifierAddress = { readonly url: string; readonly networks?: readonly string[] } & (
  | { readonly kind: 'slack' }
  | { readonly kind: 'webhook'; readonly secrets: readonly string[] }
  | { readonly kind: 'grafana'; readonly token: string; readonly dashboard?: string }
);

type Spec = DocumentOf<'Provider'>['spec'];
type Reference = { readonly env: string };

/**
 * Those that `Provider` documents declare. Document and secrets are read for each message, so that what is changed or
 * rotated holds for the next one.
 */
export class DocumentedNotifiers extends Notifiers {
  readonly #documents: DocumentStore;
  readonly #environment: Environment;
  readonly #connect: (address: NotifierAddress) => Notifier;

  constructor(
    documents: DocumentStore,
    environment: Environment,
    connect: (address: NotifierAddress) => Notifier,
  ) {
    super();
    this.#documents = documents;
    this.#environment = environment;
    this.#connect = connect;
  }

  override async open(project: string, name: string): Promise<Notifier> {
    const spec = await providerSpec(this.#documents, project, name);
    const address = spec === undefined ? null : await this.#address(spec, `Provider ${name}`);
    if (address !== null) return this.#connect(address);
    throw new CrossfadeError('notFound', `there is no Provider ${name} that tells; apply it`);
  }

  async #address(
    { slack, webhook, grafana }: Spec,
    whose: string,
  ): Promise<NotifierAddress | null> {
    const secret = ({ env }: Reference) => readSecret(env, this.#environment, whose);
    if (slack !== undefined) return { kind: 'slack', ...(await this.#reach(slack, whose)) };
    if (webhook !== undefined) {
      const secrets = (await secret(webhook.secret)).split(/\s+/).filter((one) => one !== '');
      return { kind: 'webhook', ...(await this.#reach(webhook, whose)), secrets };
    }
    if (grafana === undefined) return null;
    const { dashboard } = grafana;
    return {
      kind: 'grafana',
      ...(await this.#reach(grafana, whose)),
      token: await secret(grafana.token),
      ...(dashboard === undefined ? {} : { dashboard }),
    };
  }

  async #reach(
    {
      url,
      networks,
    }: { readonly url: Reference; readonly networks?: readonly string[] | undefined },
    whose: string,
  ): Promise<{ url: string; networks?: readonly string[] }> {
    const address = await readAddress(url, this.#environment, whose);
    return { url: address, ...(networks === undefined ? {} : { networks }) };
  }
}
