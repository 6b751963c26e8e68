import { CrossfadeError } from '../../core/errors.ts';
import { routeToStrategies } from '../../core/flags/route-to-strategies.ts';
import { sameRoute } from '../../core/flags/same-route.ts';
import { strategyChanges } from '../../core/flags/strategy-changes.ts';
import type { StoredStrategy } from '../../core/flags/strategy-changes.ts';
import { roleOf } from '../../core/flags/strategy-role.ts';
import type { Strategy } from '../../core/flags/unleash-feature.ts';
import { fingerprintOf, markOf, withMark } from '../../core/flags/version-mark.ts';
import type { VersionMark } from '../../core/flags/version-mark.ts';
import type { RouteSpec } from '../../core/protocol/route.ts';
import { sideOfStage } from '../../core/stage/stage-of-unit.ts';
import type { WantedFlag } from '../../engine/ports/flag-provider.ts';
import { ensureContextField } from './context-field.ts';
import { lastToggle } from './flag-history.ts';
import type { FlagHistory } from './flag-history.ts';
import { FlagWriter } from './flag-writer.ts';
import { isIntact, readingOf } from './observe-flag.ts';
import type { StoredFlag } from './stored-flag.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';
import { refuseBeyondLimits } from './unleash-limits.ts';
import type { UnleashOptions } from './unleash-options.ts';

/** How the flag is seen while it is set. */
export interface FlagView {
  load(): Promise<StoredFlag | null>;
  history(): Promise<FlagHistory>;
}

/** One attempt to make a flag show a version. Whatever it leaves behind, the next attempt finishes. */
export class SetFlag {
  readonly #api: UnleashAdminApi;
  readonly #options: UnleashOptions;
  readonly #wanted: WantedFlag;
  readonly #view: FlagView;
  readonly #writer: FlagWriter;

  constructor(api: UnleashAdminApi, options: UnleashOptions, wanted: WantedFlag, view: FlagView) {
    this.#api = api;
    this.#options = options;
    this.#wanted = wanted;
    this.#view = view;
    this.#writer = new FlagWriter(api, options, wanted.name);
  }

  async run(): Promise<void> {
    const { name, spec, version } = this.#wanted;
    const strategies = routeToStrategies(spec);
    refuseBeyondLimits(name, strategies);
    const flag = (await this.#view.load()) ?? (await this.#create());
    await this.#refuseStranger(flag);
    const mark = markOf(flag.strategies);
    if (mark !== null && stands(mark, version) && !(await this.#isMixture(flag, mark))) return;
    if (mark?.version === version && exposes(spec)) await this.#refuseToOutrank();
    if (spec.canaryStage !== 'off') await this.#refuseUnseen();
    await this.#write(flag, strategies);
  }

  /** The version stood, and a slower replica wrote an older one into it. */
  async #isMixture(flag: StoredFlag, mark: VersionMark): Promise<boolean> {
    if (mark.version !== this.#wanted.version || isIntact(mark, readingOf(flag))) return false;
    return (await this.#view.history()).overlapped(mark.version);
  }

  async #create(): Promise<StoredFlag> {
    const { migration, unitKey } = this.#wanted.spec;
    await ensureContextField(this.#api, unitKey);
    try {
      await this.#writer.create(migration);
    } catch (error) {
      if (!(error instanceof CrossfadeError) || error.code !== 'conflict') throw error;
      await this.#revive(error);
    }
    return this.#mustLoad();
  }

  /**
   * A flag of ours that a person archived comes back switched off, when a person says go on, or when
   * everybody is to go back: nothing could be written to it else.
   */
  async #revive(taken: CrossfadeError): Promise<void> {
    const { name, spec, enable } = this.#wanted;
    if (!(await this.#isOurs()) || (!enable && spec.canaryStage !== 'off')) {
      const words = `flag "${name}" was archived or belongs to somebody else: ${taken.message}`;
      throw new CrossfadeError('conflict', words, { cause: taken });
    }
    await this.#writer.revive();
  }

  /** Begin by a mark that says so, write, compare, switch on if due, end by the mark of the version. */
  async #write(flag: StoredFlag, strategies: readonly Strategy[]): Promise<void> {
    const { spec, version } = this.#wanted;
    const underWay = { version, fingerprint: null };
    const begun = await this.#begin(flag, strategies, underWay);
    for (const change of strategyChanges(begun.strategies, marked(strategies, underWay))) {
      await this.#writer.apply(change);
    }
    const written = await this.#mustLoad();
    const everyone = this.#verified(written);
    if (!written.enabled) await this.#enableIfDue();
    const done = withMark(everyone, { version, fingerprint: fingerprintOf(spec) });
    await this.#writer.apply({ kind: 'replace', id: everyone.id, strategy: done });
  }

  async #begin(
    flag: StoredFlag,
    strategies: readonly Strategy[],
    mark: VersionMark,
  ): Promise<StoredFlag> {
    const stored = flag.strategies.find((item) => isEveryone(item) && !item.disabled);
    if (stored !== undefined) {
      const strategy = withMark(stored, mark);
      await this.#writer.apply({ kind: 'replace', id: stored.id, strategy });
      return flag;
    }
    for (const strategy of marked(strategies, mark).filter(isEveryone)) {
      await this.#writer.apply({ kind: 'add', strategy });
    }
    return this.#mustLoad();
  }

  #verified(flag: StoredFlag): StoredStrategy {
    const { name, spec, version } = this.#wanted;
    const reading = readingOf(flag);
    const everyone = flag.strategies.find(isEveryone);
    if (everyone !== undefined && reading.kind === 'route' && sameRoute(reading.spec, spec)) {
      return everyone;
    }
    const reasons = reading.kind === 'foreign' ? `: ${reading.reasons.join('; ')}` : '';
    throw new CrossfadeError(
      'conflict',
      `flag "${name}" does not show version ${version} after it was written; ` +
        `somebody is editing it at the same time${reasons}`,
    );
  }

  /** A flag that was ever toggled stays as people left it, unless one of them has just said go on. */
  async #enableIfDue(): Promise<void> {
    const { name, enable } = this.#wanted;
    if (enable) await this.#refuseToOutrank();
    else if ((await lastToggle(this.#api, name, this.#options.environment)) !== 'never') return;
    await this.#writer.enable();
  }

  async #refuseToOutrank(): Promise<void> {
    const { name, version } = this.#wanted;
    const foreign = (await this.#view.history()).foreignSince(version);
    if (foreign === null) return;
    throw new CrossfadeError(
      'conflict',
      `${foreign.by} changed flag "${name}" (${foreign.type}) while version ${version} was being ` +
        'written; only a newer version may overwrite that',
    );
  }

  /** What a person did since the decision was made stands, unless everybody is to go back. */
  async #refuseUnseen(): Promise<void> {
    const { name, version, seen = 0 } = this.#wanted;
    if (seen === 0) return;
    const unseen = (await this.#view.history()).foreignAfter(seen);
    if (unseen === null) return;
    throw new CrossfadeError(
      'conflict',
      `${unseen.by} changed flag "${name}" (${unseen.type}) after version ${version} was decided; ` +
        'it is looked at first',
    );
  }

  /** Whoever takes all of our strategies away leaves the flag ours: else no rollback could arrive. */
  async #refuseStranger({ strategies }: StoredFlag): Promise<void> {
    if (strategies.length === 0) return;
    if (strategies.some(({ parameters }) => roleOf(parameters) !== null)) return;
    if (await this.#isOurs()) return;
    const { environment } = this.#options;
    throw new CrossfadeError(
      'conflict',
      `flag "${this.#wanted.name}" has strategies in "${environment}" and none is Crossfade's; ` +
        'name another flag in the policy, or remove them',
    );
  }

  async #isOurs(): Promise<boolean> {
    return (await this.#view.history()).changes.some(({ own }) => own);
  }

  async #mustLoad(): Promise<StoredFlag> {
    const flag = await this.#view.load();
    if (flag !== null) return flag;
    const { name } = this.#wanted;
    throw new CrossfadeError('conflict', `flag "${name}" was removed while it was being written`);
  }
}

function stands(mark: VersionMark, version: number): boolean {
  return mark.version > version || (mark.version === version && mark.fingerprint !== null);
}

function exposes(spec: RouteSpec): boolean {
  if (sideOfStage(spec.baseStage) === 'new') return true;
  return sideOfStage(spec.canaryStage) === 'new' && (spec.share > 0 || spec.rings.length > 0);
}

function marked(strategies: readonly Strategy[], mark: VersionMark): Strategy[] {
  return strategies.map((item) => (isEveryone(item) ? withMark(item, mark) : item));
}

function isEveryone({ parameters }: Strategy): boolean {
  return roleOf(parameters) === 'everyone';
}
