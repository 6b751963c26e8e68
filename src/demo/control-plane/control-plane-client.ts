import { readdir, readFile } from 'node:fs/promises';
import type { DecisionView, RolloutView } from './views.ts';

/** As long as the server needs at its slowest; one that is gone refuses at once. */
const timeoutMs = 30_000;

/** The part of Crossfade's HTTP API that the demo uses, with the admin token. */
export class ControlPlaneClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Applies every document of a folder at once; nothing is applied unless all of it is valid. */
  async applyFolder(folder: URL): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
    const files = await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') })),
    );
    await this.#call('POST', '/api/v1/apply', { files });
  }

  start(policy: string): Promise<RolloutView> {
    return this.#call<RolloutView>('POST', '/api/v1/rollouts', { policy });
  }

  rollout(name: string): Promise<RolloutView> {
    return this.#call<RolloutView>('GET', `/api/v1/rollouts/${name}`);
  }

  async decisions(name: string): Promise<readonly DecisionView[]> {
    const all: DecisionView[] = [];
    for (;;) {
      const after = all.at(-1)?.seq ?? 0;
      const page = await this.#call<{ decisions: readonly DecisionView[] }>(
        'GET',
        `/api/v1/rollouts/${name}/decisions?after=${after}`,
      );
      if (page.decisions.length === 0) return all;
      all.push(...page.decisions);
    }
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Answer;
  }
}
