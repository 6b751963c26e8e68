import { CrossfadeError } from '../../core/errors.ts';
import { PARAMETER } from '../../core/flags/strategy-role.ts';
import { UNDER_WAY } from '../../core/flags/version-mark.ts';
import type { UnleashAdminApi } from './unleash-admin-api.ts';

/** An entry of Unleash's event log about one flag. */
export interface FlagEvent {
  readonly id: number;
  readonly type: string;
  readonly by: string;
  /** True when it carries Crossfade's identity, and is something that Crossfade does. */
  readonly own: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the strategy that it is about, if it is about one. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Events that change nobody's stage. All others count, also those that Unleash will invent. */
const HARMLESS = new Set([
  'feature-metadata-updated',
  'feature-updated',
  'feature-tagged',
  'feature-untagged',
  'feature-favorited',
  'feature-unfavorited',
  'feature-stale-on',
  'feature-stale-off',
  'feature-potentially-stale-on',
  'feature-completed',
  'feature-uncompleted',
  'feature-link-added',
  'feature-link-updated',
  'feature-link-removed',
]);

/** A replica that was stopped in the midst of a write may go on with it so much later. */
const slowestWriteMs = 15 * 60_000;

interface EventBody {
  readonly id: number;
  readonly type: string;
  readonly createdBy: string;
  readonly createdByUserId: number;
  readonly createdAt: string;
  readonly environment: string | null;
  readonly data: { readonly parameters?: Readonly<Record<string, string>> } | null;
}

interface EventPage {
  readonly events?: readonly EventBody[];
  readonly total?: number;
}

/** The newest events of one flag, newest first. Empty for a flag that never was. */
export class FlagHistory {
  /** Id of the newest event of any kind and environment: grows with every change. 0 when empty. */
  readonly revision: number;
  /** Those that may have changed a stage in the environment. */
  readonly changes: readonly FlagEvent[];

  private constructor(revision: number, changes: readonly FlagEvent[]) {
    this.revision = revision;
    this.changes = changes;
  }

  static async load(api: UnleashAdminApi, flag: string, scope: HistoryScope): Promise<FlagHistory> {
    for (const limit of [100, 1000]) {
      const bodies = await eventsOf(api, `feature=IS:${encodeURIComponent(flag)}&limit=${limit}`);
      const changes = bodies
        .filter(({ environment }) => environment === null || environment === scope.environment)
        .filter(({ type }) => !HARMLESS.has(type))
        .map((body) => eventFrom(body, scope.identity));
      const revision = Math.max(0, ...bodies.map(({ id }) => id));
      if (changes.length > 0 || bodies.length < limit) return new FlagHistory(revision, changes);
    }
    throw new CrossfadeError(
      'unavailable',
      `flag "${flag}" was tagged or described so often that Unleash's event log hides who routed it`,
    );
  }

  /**
   * The newest change that is not Crossfade's and was made after Crossfade had begun to write
   * `version`; null when there is none. A change that Crossfade overwrote by then is history, and so is
   * what led to the archive from which Crossfade took the flag. Without a version every change counts that
   * is not Crossfade's.
   */
  foreignSince(version: number | null): FlagEvent | null {
    for (const event of this.changes) {
      if (!event.own) return event;
      if (event.type === 'feature-revived') return null;
      if (event.parameters[PARAMETER.version] === String(version) && beginsWrite(event))
        return null;
    }
    return null;
  }

  /**
   * Whether a write of another version ran beside the one that `version` was last begun by: it began later,
   * or had not ended. Two replicas do that when one of them is slow, and then what stands may be a mixture.
   */
  overlapped(version: number): boolean {
    const marks = this.changes.filter(
      ({ own, parameters }) => own && versionIn(parameters) !== null,
    );
    const began = marks.findIndex((mark) => isOf(mark, version) && beginsWrite(mark));
    const since = marks[began]?.at;
    if (since === undefined) return false;
    if (marks.slice(0, began).some((mark) => !isOf(mark, version))) return true;
    const ended = new Set([String(version)]);
    for (const mark of marks.slice(began + 1)) {
      if (since - mark.at > slowestWriteMs) return false;
      const other = versionIn(mark.parameters) ?? '';
      if (beginsWrite(mark) && !ended.has(other)) return true;
      ended.add(other);
    }
    return false;
  }

  /** The newest change that is not Crossfade's and came after `revision`; null when there is none. */
  foreignAfter(revision: number): FlagEvent | null {
    return this.changes.find(({ own, id }) => !own && id > revision) ?? null;
  }
}

export interface HistoryScope {
  readonly environment: string;
  /** The user id that Unleash gives to what Crossfade does. */
  readonly identity: number;
}

/** Whether anybody ever turned the flag on or off in this environment, and what came last. */
export async function lastToggle(
  api: UnleashAdminApi,
  flag: string,
  environment: string,
): Promise<'on' | 'off' | 'never'> {
  const [last] = await eventsOf(
    api,
    `feature=IS:${encodeURIComponent(flag)}&environment=IS:${encodeURIComponent(environment)}` +
      '&type=IS_ANY_OF:feature-environment-enabled,feature-environment-disabled&limit=1',
  );
  if (last === undefined) return 'never';
  return last.type === 'feature-environment-enabled' ? 'on' : 'off';
}

async function eventsOf(api: UnleashAdminApi, query: string): Promise<readonly EventBody[]> {
  const { body } = await api.get(`search/events?${query}`);
  const { events = [], total = 0 } = (body ?? {}) as EventPage;
  // Unleash counts in one query and reads in another; when only the second fails it answers none.
  if (events.length > 0 || total === 0) return events;
  throw new CrossfadeError('unavailable', `Unleash could not read its event log (${query})`);
}

function eventFrom(body: EventBody, identity: number): FlagEvent {
  const { id, type, createdBy, createdByUserId, createdAt, data } = body;
  return {
    id,
    type,
    by: createdBy,
    // Crossfade never switches a flag off: that was somebody who shares its token.
    own: createdByUserId === identity && type !== 'feature-environment-disabled',
    at: Date.parse(createdAt),
    parameters: data?.parameters ?? {},
  };
}

function versionIn(parameters: FlagEvent['parameters']): string | null {
  return parameters[PARAMETER.version] ?? null;
}

function isOf({ parameters }: FlagEvent, version: number): boolean {
  return versionIn(parameters) === String(version);
}

function beginsWrite(event: FlagEvent): boolean {
  return event.parameters[PARAMETER.fingerprint] === UNDER_WAY;
}
