import type { RolloutEventPage } from '../core/protocol/rollout-event.ts';
import type { AlertList } from '../core/protocol/alert-list.ts';
import type { AppliedDocuments } from '../core/protocol/applied-documents.ts';
import type { DirectAnswer } from '../core/protocol/direct-view.ts';
import type { BackfillView } from '../core/protocol/backfill-view.ts';
import type { CohortView } from '../core/protocol/cohort-view.ts';
import type { DocumentKey } from '../core/documents/document-key.ts';
import type { DocumentSetView } from '../core/protocol/document-set-view.ts';
import type {
  DocumentRevision,
  DocumentView,
  EffectivePolicy,
} from '../core/protocol/document-view.ts';
import type { DoctorView } from '../core/protocol/doctor-view.ts';
import type { RolloutForecast } from '../core/protocol/rollout-forecast.ts';
import type { DecisionView, RetriedView, RolloutView } from '../core/protocol/rollout-view.ts';
import type { RebaseView } from '../core/protocol/rebase-view.ts';
import type { CleanupView } from '../core/protocol/cleanup-view.ts';
import type { ParityView } from '../core/protocol/parity-view.ts';
import type { RehearsalAnswer } from '../core/protocol/rehearsal-view.ts';
import type { RestoreAnswer, RestoresView } from '../core/protocol/restore-view.ts';
import type { InstanceList } from '../core/protocol/instance-list.ts';
import type { GrantsView, PlannedOnTarget, TargetCheckView } from '../core/protocol/target-view.ts';
import type { CommandDetail, Verb } from '../core/rollout/observations.ts';
import type { DecisionRecord, LoggedTick } from '../core/rollout/replay.ts';
import type { Drift, DriftView } from '../core/schema-migration/drift/drift.ts';
import type { EmittedFile } from '../core/schema-migration/emit/emitted-file.ts';
import type { PaceChange } from '../core/schema-migration/pace.ts';
import type { ApplyRequest } from '../language/apply-request.ts';
import type { TextFile } from './read-files.ts';
import type { InfoAnswer } from '../core/schema-migration/history/info-row.ts';
import type {
  AbandonRequest,
  CohortRequest,
  DirectRequest,
  DoctorRequest,
  EmitRequest,
  RebaseRequest,
  RehearsalRequest,
} from './api-requests.ts';
import { ApiTransport, type Method } from './api-transport.ts';
import type { Connection } from './connection.ts';

/** A person's command to a rollout. */
export interface Command extends Pick<CommandDetail, 'guard' | 'forMs' | 'alert' | 'unit'> {
  readonly verb: Verb;
  readonly reason?: string;
  readonly confirm?: string;
  /** Sending the same id twice is one command. */
  readonly requestId: string;
  /** Who asks, as others will read it. */
  readonly by?: string;
}

/** No fence is as high as this. */
const lastFence = Number.MAX_SAFE_INTEGER;

/** Another tool's migration is carried out within one call, however large it is. `fetch` gives up after 300 s. */
const migrateTimeoutMs = 290_000;

/** The HTTP API, one method per call. Every failure is a `CrossfadeError`; `unavailable` when nobody answers. */
export class ApiClient {
  readonly #transport: ApiTransport;

  constructor(connection: Connection) {
    this.#transport = new ApiTransport(connection);
  }

  /** @param how what is left out is so: no set, and stored */
  apply(
    files: readonly { name: string; text: string }[],
    how: Partial<Pick<ApplyRequest, 'set' | 'dryRun'>> = {},
  ): Promise<AppliedDocuments> {
    return this.#call('POST', '/api/v1/apply', { files, ...how });
  }

  /** @param queue whether it waits for what stands in its way; else as its policy says */
  start(policy: string, queue?: boolean): Promise<RolloutView> {
    const request = { policy, ...(queue === undefined ? {} : { queue }) };
    return this.#call('POST', '/api/v1/rollouts', request);
  }

  retry(name: string, requestId: string, queue?: boolean): Promise<RetriedView> {
    const request = { requestId, ...(queue === undefined ? {} : { queue }) };
    return this.#call('POST', `${pathOf(name)}/retry`, request);
  }

  /** What the applied policy, or another revision of it, would change for a living rollout. */
  plannedRebase(name: string, revision?: string): Promise<RebaseView> {
    const query = revision === undefined ? '' : `?revision=${encodeURIComponent(revision)}`;
    return this.#call('GET', `${pathOf(name)}/rebase${query}`);
  }

  rebase(name: string, request: RebaseRequest): Promise<RebaseView> {
    return this.#call('POST', `${pathOf(name)}/rebase`, request);
  }

  async rollouts(): Promise<readonly RolloutView[]> {
    const answer = await this.#call<{ rollouts: readonly RolloutView[] }>(
      'GET',
      '/api/v1/rollouts',
    );
    return answer.rollouts;
  }

  rollout(name: string): Promise<RolloutView> {
    return this.#call('GET', pathOf(name));
  }

  forecast(name: string): Promise<RolloutForecast> {
    return this.#call('GET', `${pathOf(name)}/forecast`);
  }

  /** All of them, oldest first, however many pages they come in. */
  async decisions(name: string): Promise<readonly DecisionView[]> {
    const all: DecisionView[] = [];
    for (;;) {
      const path = `${pathOf(name)}/decisions?after=${all.at(-1)?.seq ?? 0}`;
      const answer = await this.#call<{ decisions: readonly DecisionView[] }>('GET', path);
      if (answer.decisions.length === 0) return all;
      all.push(...answer.decisions);
    }
  }

  /** What happened to a rollout, of the span of time that the query names. */
  events(name: string, query: string): Promise<RolloutEventPage> {
    return this.#call('GET', `${pathOf(name)}/events?${query}`);
  }

  async documents(): Promise<readonly DocumentView[]> {
    const path = '/api/v1/documents';
    return (await this.#call<{ documents: readonly DocumentView[] }>('GET', path)).documents;
  }

  async documentSets(): Promise<readonly DocumentSetView[]> {
    const path = '/api/v1/document-sets';
    return (await this.#call<{ sets: readonly DocumentSetView[] }>('GET', path)).sets;
  }

  /** Those that were applied last, the newest first. */
  async revisions({ kind, project, name }: DocumentKey): Promise<readonly DocumentRevision[]> {
    const path = `/api/v1/documents/${[kind, project, name].map(encodeURIComponent).join('/')}/revisions`;
    return (await this.#call<{ revisions: readonly DocumentRevision[] }>('GET', path)).revisions;
  }

  effectivePolicy(name: string): Promise<EffectivePolicy> {
    return this.#call('GET', `/api/v1/policies/${encodeURIComponent(name)}/effective`);
  }

  record(decision: number): Promise<DecisionRecord> {
    return this.#call('GET', `/api/v1/decisions/${decision}`);
  }

  /** What a rollout's ticks took in, `from <= fence < to`, fetched page by page. */
  async *ticks(rollout: string, from: number, to = lastFence): AsyncGenerator<LoggedTick> {
    for (let next = from; next < to;) {
      const path = `${pathOf(rollout)}/ticks/${next}/${to}`;
      const { ticks } = await this.#call<{ ticks: readonly LoggedTick[] }>('GET', path);
      yield* ticks;
      next = (ticks.at(-1)?.fence ?? to) + 1;
    }
  }

  /** The decision from which on every tick of a rollout is still kept; null when there is none. */
  async wholeSince(rollout: string): Promise<number | null> {
    const path = `${pathOf(rollout)}/history`;
    return (await this.#call<{ since: number | null }>('GET', path)).since;
  }

  command(name: string, command: Command): Promise<{ id: string | number }> {
    return this.#call('POST', `${pathOf(name)}/commands`, command);
  }

  restore(
    name: string,
    request: { confirm: string; generation?: number; by?: string },
  ): Promise<RestoreAnswer> {
    return this.#call('POST', `${pathOf(name)}/restore`, request);
  }

  parity(name: string): Promise<ParityView> {
    return this.#call('GET', `${pathOf(name)}/parity`);
  }

  checkParity(
    name: string,
    request: { unit?: string; generation?: number; wait?: boolean; by?: string },
  ): Promise<ParityView> {
    return this.#call('POST', `${pathOf(name)}/parity`, request);
  }

  cleanup(name: string): Promise<CleanupView> {
    return this.#call('GET', `${pathOf(name)}/cleanup`);
  }

  cleanUp(name: string, request: { confirm: string; by?: string }): Promise<CleanupView> {
    return this.#call('POST', `${pathOf(name)}/cleanup`, request);
  }

  restores(name: string): Promise<RestoresView> {
    return this.#call('GET', `${pathOf(name)}/restore`);
  }

  backfill(name: string): Promise<BackfillView> {
    return this.#call('GET', `${pathOf(name)}/backfill`);
  }

  changeBackfill(name: string, change: PaceChange & { by?: string }): Promise<BackfillView> {
    return this.#call('PATCH', `${pathOf(name)}/backfill`, change);
  }

  alerts(onlyFiring: boolean): Promise<AlertList> {
    return this.#call('GET', `/api/v1/alerts${onlyFiring ? '?status=firing' : ''}`);
  }

  async instances(service: string | undefined): Promise<InstanceList> {
    const query = service === undefined ? '' : `?service=${encodeURIComponent(service)}`;
    return this.#call<InstanceList>('GET', `/api/v1/instances${query}`);
  }

  /** @param files another tool's, to compare with what it has carried out */
  info(target: string, files: readonly TextFile[] = []): Promise<InfoAnswer> {
    const path = `${targetPath(target)}/info`;
    return files.length === 0 ? this.#call('GET', path) : this.#call('POST', path, { files });
  }

  /** Of the role that Crossfade connects as, when none is named. */
  grants(target: string, role?: string): Promise<GrantsView> {
    const query = role === undefined ? '' : `?role=${encodeURIComponent(role)}`;
    return this.#call('GET', `${targetPath(target)}/grants${query}`);
  }

  check(target: string): Promise<TargetCheckView> {
    return this.#call('GET', `${targetPath(target)}/check`);
  }

  async plan(target: string, files: readonly TextFile[]): Promise<readonly PlannedOnTarget[]> {
    const path = `${targetPath(target)}/plan`;
    return (await this.#call<{ plans: readonly PlannedOnTarget[] }>('POST', path, { files })).plans;
  }

  migrate(target: string, request: DirectRequest): Promise<DirectAnswer> {
    return this.#call('POST', `${targetPath(target)}/migrate`, request, migrateTimeoutMs);
  }

  abandon(target: string, request: AbandonRequest): Promise<DirectAnswer> {
    return this.#call('POST', `${targetPath(target)}/abandon`, request);
  }

  rehearse(target: string, request: RehearsalRequest): Promise<RehearsalAnswer> {
    return this.#call('POST', `${targetPath(target)}/rehearse`, request);
  }

  drift(target: string): Promise<DriftView> {
    return this.#call('GET', `/api/v1/targets/${encodeURIComponent(target)}/drift`);
  }

  acceptDrift(target: string, request: { migration: string; by?: string }): Promise<Drift> {
    return this.#call('POST', `/api/v1/targets/${encodeURIComponent(target)}/drift`, request);
  }

  async emit(request: EmitRequest): Promise<readonly EmittedFile[]> {
    return (await this.#call<{ files: readonly EmittedFile[] }>('POST', '/api/v1/emit', request))
      .files;
  }

  doctor(request: DoctorRequest): Promise<DoctorView> {
    return this.#call('POST', '/api/v1/doctor', request);
  }

  async cohorts(request: CohortRequest): Promise<readonly CohortView[]> {
    const path = '/api/v1/cohorts';
    return (await this.#call<{ cohorts: readonly CohortView[] }>('POST', path, request)).cohorts;
  }

  #call<T>(method: Method, path: string, body?: unknown, timeoutMs?: number): Promise<T> {
    return this.#transport.call(method, path, body, timeoutMs);
  }
}

function pathOf(name: string): string {
  return `/api/v1/rollouts/${encodeURIComponent(name)}`;
}

function targetPath(name: string): string {
  return `/api/v1/targets/${encodeURIComponent(name)}`;
}
