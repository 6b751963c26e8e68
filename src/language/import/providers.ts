import type { Fault } from '../../core/errors.ts';
import { shorten } from '../faults/describe-issue.ts';

/** A Provider document for one address. */
export interface DraftProvider {
  readonly name: string;
  readonly variable: string;
  /** The address that the variable must hold, without credentials; null where none was written. */
  readonly address: Fault | null;
}

/** The Prometheus servers of an import: one provider per address. Addresses come from the environment. */
export class Providers {
  readonly #byAddress = new Map<string, DraftProvider>();

  get list(): readonly DraftProvider[] {
    return [...this.#byAddress.values()];
  }

  /**
   * The provider's name.
   * @param address undefined where the other system takes one from its own configuration.
   */
  nameOf(address: string | undefined, at: (message: string) => Fault): string {
    const key = (address ?? '').replace(/\/+$/, '');
    const known = this.#byAddress.get(key);
    if (known !== undefined) return known.name;
    const number = this.#byAddress.size + 1;
    const provider: DraftProvider = {
      name: number === 1 ? 'prometheus' : `prometheus-${number}`,
      variable: number === 1 ? 'PROMETHEUS_URL' : `PROMETHEUS_${number}_URL`,
      address: key === '' ? null : at(`address ${withoutCredentials(key)}`),
    };
    this.#byAddress.set(key, provider);
    return provider.name;
  }
}

function withoutCredentials(address: string): string {
  return shortenAddress(address.replace(/^([a-z]+:\/\/)?[^/]*@/i, '$1').replace(/[?#].*$/s, ''));
}

/** Longer than other text that is shown, since a host's name is. */
function shortenAddress(address: string): string {
  return address.length <= 40
    ? shorten(address)
    : address.replaceAll(/[^\x21-\x7e]/g, '').slice(0, 200);
}
