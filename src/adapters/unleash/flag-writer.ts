import { CrossfadeError } from '../../core/errors.ts';
import { roleOf } from '../../core/flags/strategy-role.ts';
import { sortOrderOf } from '../../core/flags/strategy-changes.ts';
import type { StrategyChange } from '../../core/flags/strategy-changes.ts';
import type { Strategy } from '../../core/flags/unleash-feature.ts';
import { PARAMETER } from '../../core/flags/strategy-role.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';
import type { UnleashOptions } from './unleash-options.ts';

/** Writes to one environment of one flag, one request each. */
export class FlagWriter {
  readonly #api: UnleashAdminApi;
  readonly #flag: string;
  readonly #features: string;
  readonly #environment: string;

  constructor(api: UnleashAdminApi, options: UnleashOptions, flag: string) {
    this.#api = api;
    this.#flag = flag;
    this.#features = `projects/${encodeURIComponent(options.project)}/features`;
    const environment = encodeURIComponent(options.environment);
    this.#environment = `${this.#features}/${encodeURIComponent(flag)}/environments/${environment}`;
  }

  /** Makes the flag, switched off and without strategies. */
  async create(migration: string): Promise<void> {
    await this.#api.send('POST', this.#features, {
      name: this.#flag,
      type: 'operational',
      description: `Written by Crossfade for the migration ${migration}. An edit stops its automation.`,
      impressionData: false,
    });
  }

  /** Takes it out of the archive; Unleash leaves it switched off everywhere. */
  async revive(): Promise<void> {
    await this.#api.send('POST', `archive/revive/${encodeURIComponent(this.#flag)}`);
  }

  async apply(change: StrategyChange): Promise<void> {
    switch (change.kind) {
      case 'add':
        await this.#api.send('POST', `${this.#environment}/strategies`, body(change.strategy));
        return;
      case 'replace': {
        const path = `${this.#environment}/strategies/${encodeURIComponent(change.id)}`;
        await this.#api.send('PUT', path, body(change.strategy));
        return;
      }
      case 'remove':
        await this.#api.send(
          'DELETE',
          `${this.#environment}/strategies/${encodeURIComponent(change.id)}`,
        );
        return;
      case 'order':
        await this.#api.send(
          'POST',
          `${this.#environment}/strategies/set-sort-order`,
          change.places,
        );
    }
  }

  /** Only ever called when strategies stand: without any, Unleash would add one for everybody. */
  async enable(): Promise<void> {
    await this.#api.send('POST', `${this.#environment}/on`);
  }
}

/** All of a strategy: what is left out of a PUT, Unleash wipes or fills with defaults. */
function body(strategy: Strategy): Record<string, unknown> {
  const { name, parameters, constraints, segments, variants } = strategy;
  return {
    name,
    title: titleOf(strategy),
    disabled: false,
    sortOrder: sortOrderOf(strategy),
    parameters,
    constraints,
    segments,
    variants,
  };
}

/** For people who look at the flag in Unleash. */
function titleOf({ parameters, variants }: Strategy): string {
  const role = roleOf(parameters);
  if (role === null)
    throw new CrossfadeError('internal', 'a strategy without a role was to be written');
  const ring = parameters[PARAMETER.ring];
  const version = parameters[PARAMETER.version];
  return [
    'crossfade',
    version === undefined ? '' : ` v${version}`,
    `: ${role}`,
    ring === undefined ? '' : ` ${ring}`,
    `, ${variants[0]?.name ?? 'no stage'}`,
  ].join('');
}
