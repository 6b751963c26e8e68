import { CrossfadeError } from '../../core/errors.ts';
import type { DocumentStore } from '../../engine/ports/document-store.ts';
import { type MetricsProvider, MetricsProviders } from '../../engine/ports/metrics-provider.ts';
import type { DocumentOf } from '../../language/document.ts';
import { providerSpec } from './provider-spec.ts';
import { readAddress } from './read-address.ts';
import { readSecret, type Environment } from './read-secret.ts';

type Credentials =
  | { readonly bearer: string }
  | { readonly username: string; readonly password: string }
  | {
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scopes?: readonly string[];
    };

/** All that a provider of metrics is reached by, with its secrets. Milliseconds. */
export interface ProviderAddress {
  readonly url: string;
  readonly credentials?: Credentials;
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
    const { networks, timeout, delay } = spec;
    const credentials = await this.#credentials(spec, whose);
    return {
      url,
      headers,
      ...(credentials === undefined ? {} : { credentials }),
      ...(networks === undefined ? {} : { networks }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      ...(delay === undefined ? {} : { delayMs: delay }),
    };
  }

  async #credentials(
    { token, basic, oauth2 }: Spec,
    whose: string,
  ): Promise<Credentials | undefined> {
    const secret = ({ env }: { readonly env: string }) => readSecret(env, this.#environment, whose);
    if (token !== undefined) return { bearer: await secret(token) };
    if (basic !== undefined) {
      return { username: basic.username, password: await secret(basic.password) };
    }
    if (oauth2 === undefined) return undefined;
    const { clientId, scopes } = oauth2;
    return {
      tokenUrl: await readAddress(oauth2.tokenUrl, this.#environment, whose),
      clientId,
      clientSecret: await secret(oauth2.clientSecret),
      ...(scopes === undefined ? {} : { scopes }),
    };
  }
}
