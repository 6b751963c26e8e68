import { namesLike, selectorParts, tellingWord } from '../../core/doctor/selector-parts.ts';
import type { Matcher } from '../../core/doctor/selector-parts.ts';
import type { MissingSeries } from '../../core/doctor/guard-row.ts';
import type { MetricSeries } from '../../core/metrics/metric-answer.ts';
import type { MetricsProvider } from '../ports/metrics-provider.ts';

/** So many names or values are asked for to suggest one. */
const suggestions = 20;

/** So many values are shown. */
const shown = 4;

type Missing = Omit<MissingSeries, 'query'>;

/** Finds out what of a selector is not there. Every question has a small answer, whatever there is. */
export class SeriesSearch {
  readonly #provider: MetricsProvider;
  readonly #at: number;

  /** @param at epoch milliseconds that is asked for */
  constructor(provider: MetricsProvider, at: number) {
    this.#provider = provider;
    this.#at = at;
  }

  /** Null when there are such series, or when the provider does not say. */
  async missing(selector: string): Promise<Missing | null> {
    if ((await this.#count(selector)) !== 0) return null;
    const { name, matchers } = selectorParts(selector);
    if (name === null) return { what: 'together', words: `no series is ${selector}` };
    if ((await this.#count(name)) === 0) return this.#noName(name);
    for (const matcher of matchers) {
      const missing = await this.#without(name, matcher);
      if (missing !== null) return missing;
    }
    return { what: 'together', words: `${name} is there, and no series has all of ${selector}` };
  }

  async #noName(name: string): Promise<Missing> {
    const pattern = JSON.stringify(`.*${tellingWord(name)}.*`);
    const query = `topk(${suggestions}, count by (__name__) ({__name__=~${pattern}}))`;
    const names = (await this.#series(query)).flatMap(({ labels }) => labels['__name__'] ?? []);
    const like = namesLike(name, names);
    const hint = like.length === 0 ? '' : `; there is ${like.join(', ')}`;
    return { what: 'name', words: `no metric is called ${name}${hint}` };
  }

  async #without(name: string, { label, text }: Matcher): Promise<Missing | null> {
    if ((await this.#count(`${name}{${text}}`)) !== 0) return null;
    const query = `topk(${suggestions}, count by (${label}) (${name}{${label}!=""}))`;
    const values = (await this.#series(query)).flatMap(({ labels }) => labels[label] ?? []);
    if (values.length === 0) return { what: 'label', words: `${name} has no label ${label}` };
    const told = values.toSorted().slice(0, shown).join(', ');
    const words = `${name} has no series with ${text}; ${label} is ${told}`;
    return { what: 'value', words };
  }

  /** Null where the provider does not say. */
  async #count(selector: string): Promise<number | null> {
    const answer = await this.#provider.value(`count(${selector})`, this.#at);
    return answer.kind === 'series' ? (answer.series[0]?.samples[0]?.[1] ?? 0) : null;
  }

  async #series(query: string): Promise<readonly MetricSeries[]> {
    const answer = await this.#provider.value(query, this.#at);
    return answer.kind === 'series' ? answer.series : [];
  }
}
