import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentStore } from '../../engine/ports/document-store.ts';
import { type MetricsProvider, MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import type { DocumentOf } from '../../language/document.ts';
import { providerSpec } from './provider-spec.ts';
import { readAddress } from './read-address.ts';
import { readSecret, type Environment } from './read-secret.ts';

/** All that a provider of metrics is reached by, with its secrets. Milliseconds. */
export interface ProviderAddress {
  readonly url: string;
  readonly credentials?:
    { readonly bearer: string } | { readonly username: string; readonly password: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly timeoutMs?: number;
  readonly delayMs?: number;
}

type Spec = NonNullable<DocumentOf<'Provider'>['spec']['prometheus']>;

/** The providers that `Provider` documents declare. One stays open until its document or a secret changes. */
export class DocumentedProviders extends MetricsProviders {
  readonly #documents: DocumentStore;
  readonly #environment: Environment;
  readonly #connect: (address: ProviderAddress) => MetricsProvider;
  readonly #open = new Map<
    string,
    { readonly address: string; readonly provider: MetricsProvider }
  >();

  constructor(
    documents: DocumentStore,
    environment: Environment,
    connect: (address: ProviderAddress) => MetricsProvider,
  ) {
    super();
    this.#documents = documents;
    this.#environment = environment;
    this.#connect = connect;
  }

  override async open(project: string, name: string): Promise<MetricsProvider> {
    const address = await this.#address(await this.#spec(project, name), `Provider ${name}`);
    const key = JSON.stringify([project, name]);
    const present = this.#open.get(key);
    const known = JSON.stringify(address);
    if (present?.address === known) return present.provider;
    const provider = this.#connect(address);
    this.#open.set(key, { address: known, provider });
    return provider;
  }

  async #spec(project: string, name: string): Promise<Spec> {
    const spec = (await providerSpec(this.#documents, project, name))?.prometheus;
    if (spec !== undefined) return spec;
    throw new CrossfadeError('notFound', `there is no Provider ${name} for prometheus; apply it`);
  }

  async #address(spec: Spec, whose: string): Promise<ProviderAddress> {
    const secret = ({ env }: { readonly env: string }) => readSecret(env, this.#environment, whose);
    const url = await readAddress(spec.url, this.#environment, whose);
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries(spec.headers ?? {})) {
      headers[header] = typeof value === 'string' ? value : await secret(value);
    }
    const { token, basic, networks, timeout, delay } = spec;
    return {
      url,
      headers,
      ...(token === undefined ? {} : { credentials: { bearer: await secret(token) } }),
      ...(basic === undefined
        ? {}
        : { credentials: { username: basic.username, password: await secret(basic.password) } }),
      ...(networks === undefined ? {} : { networks }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      ...(delay === undefined ? {} : { delayMs: delay }),
    };
  }
}
