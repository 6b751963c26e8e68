import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';

interface RangeAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly values: readonly unknown[] }[] };
}

/** A real Prometheus that scrapes a server twice a second and follows the rules of grafana/rules. */
export class ScrapingPrometheus {
  readonly url: string;
  readonly #server: PrometheusServer;
  readonly #targets: string;
  readonly #began = Date.now();

  private constructor(server: PrometheusServer, targets: string) {
    this.#server = server;
    this.#targets = targets;
    this.url = server.url;
  }

  /** @param folder where the server keeps the tokens that it is scraped with */
  static async start(folder: string): Promise<ScrapingPrometheus> {
    const targets = join(folder, 'targets.json');
    await writeFile(targets, '[]');
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
      rule_files: [resolve('grafana/rules/*.yaml')],
      scrape_configs: [
        {
          job_name: 'crossfade',
          authorization: { credentials_file: join(folder, 'admin.token') },
          file_sd_configs: [{ files: [targets] }],
        },
      ],
    };
    return new ScrapingPrometheus(
      await startPrometheus({ config: JSON.stringify(config) }),
      targets,
    );
  }

  async aim(url: string): Promise<void> {
    // Moved into its place: what is read while it is written is half a file.
    await writeFile(`${this.#targets}.new`, JSON.stringify([{ targets: [new URL(url).host] }]));
    await rename(`${this.#targets}.new`, this.#targets);
  }

  /** Those of the expressions that had no value at any moment since the beginning, or cannot be evaluated. */
  async silent(expressions: Iterable<string>): Promise<readonly string[]> {
    const found: string[] = [];
    for (const expr of new Set(expressions)) {
      const words = await this.#missing(expr);
      if (words !== null) found.push(`${expr}: ${words}`);
    }
    return found;
  }

  /** Resolves once it has scraped what the expression asks for. */
  async heard(expr: string): Promise<void> {
    while ((await this.#missing(expr)) !== null) await sleep(50);
  }

  async #missing(query: string): Promise<string | null> {
    const [start, end] = [this.#began / 1_000, Date.now() / 1_000].map(String) as [string, string];
    const body = new URLSearchParams({ query, start, end, step: '0.2' });
    const response = await fetch(`${this.url}/api/v1/query_range`, { method: 'POST', body });
    const { error, data } = (await response.json()) as RangeAnswer;
    if (error !== undefined) return error;
    return data?.result.some(({ values }) => values.length > 0) === true ? null : 'no data';
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
