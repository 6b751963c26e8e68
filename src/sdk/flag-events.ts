import type { StageReason } from '../core/stage/stage-of-unit.ts';
import type { Decision, DoubtReason } from './decision.ts';
import type { Timing } from './timing.ts';

const eventName = 'feature_flag.evaluation';

/** INFO, as OpenTelemetry counts severities. */
const severityNumber = 9;

/** Units come by the thousand when a revision changes; what a log can bear is less. */
const eventsPerSecond = 100;

/** The part of OpenTelemetry's `Logger` that is used. */
export interface EventLogger {
  enabled(about: { readonly eventName: string }): boolean;
  emit(event: {
    readonly eventName: string;
    readonly severityNumber: number;
    readonly attributes: Readonly<Record<string, string>>;
  }): void;
}

/** OpenTelemetry's words for why a flag has its value. */
const reasons: Readonly<Record<StageReason | DoubtReason, string>> = {
  disabled: 'disabled',
  complete: 'static',
  withoutUnit: 'static',
  refused: 'error',
  pinned: 'targeting_match',
  quarantined: 'targeting_match',
  ring: 'targeting_match',
  share: 'split',
  base: 'split',
  unknown: 'default',
  closed: 'default',
  killed: 'disabled',
  stale: 'stale',
  frozen: 'stale',
};

/**
 * The event `feature_flag.evaluation` of OpenTelemetry's semantic conventions, in the context of the
 * request that was decided for, if the application's OpenTelemetry takes logs. One for each decision that
 * is made anew, so one for a unit and a revision, and at most a hundred a second.
 */
export class FlagEvents {
  readonly #logger: () => EventLogger | null;
  readonly #timing: Timing;
  readonly #contextId: ((unit: string) => string) | null;
  readonly #told = new WeakSet<Decision>();
  #on: EventLogger | null = null;
  #second = Number.NEGATIVE_INFINITY;
  #left = 0;

  /**
   * @param logger null where the application has none
   * @param contextId what an event says of the unit; null says nothing, because an id may be personal
   */
  constructor(
    logger: () => EventLogger | null,
    timing: Timing,
    contextId: ((unit: string) => string) | null = null,
  ) {
    this.#logger = logger;
    this.#timing = timing;
    this.#contextId = contextId;
  }

  /** Looks whether anybody listens by now, so that deciding need not ask. */
  look(): void {
    const logger = this.#logger();
    this.#on = logger?.enabled({ eventName }) === true ? logger : null;
  }

  evaluated(migration: string, decision: Decision, unit: string | undefined): void {
    if (this.#on === null || this.#told.has(decision) || !this.#takesOne()) return;
    this.#told.add(decision);
    this.#on.emit({
      eventName,
      severityNumber,
      attributes: this.#attributes(migration, decision, unit),
    });
  }

  #attributes(
    migration: string,
    { stage, reason, revision }: Decision,
    unit: string | undefined,
  ): Readonly<Record<string, string>> {
    const contextId = unit === undefined ? undefined : this.#contextId?.(unit);
    return {
      'feature_flag.key': migration,
      'feature_flag.provider.name': 'crossfade',
      'feature_flag.result.variant': stage,
      'feature_flag.result.reason': reasons[reason],
      'feature_flag.version': String(revision),
      ...(contextId === undefined ? {} : { 'feature_flag.context.id': contextId }),
      ...(reason === 'refused' ? { 'error.type': 'targeting_key_missing' } : {}),
    };
  }

  #takesOne(): boolean {
    const second = Math.floor(this.#timing.monotonicMs() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#left = eventsPerSecond;
    }
    this.#left -= 1;
    return this.#left >= 0;
  }
}
