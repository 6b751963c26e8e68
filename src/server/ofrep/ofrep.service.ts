import { Injectable } from '@nestjs/common';
import { CrossfadeError } from '../../core/errors.ts';
import type { Audience } from '../../core/flags/catalog/audience.ts';
import type { EvaluationContext } from '../../core/flags/evaluation/evaluation-context.ts';
import { contextValue } from '../../core/flags/evaluation/evaluation-context.ts';
import type { FeatureDefinition } from '../../core/flags/feature.ts';
import { answerFeature } from '../../core/flags/ofrep/answer-feature.ts';
import { answerRoute } from '../../core/flags/ofrep/answer-route.ts';
import type { OfrepAnswer } from '../../core/flags/ofrep/ofrep-answer.ts';
import { FlagFeed } from '../../engine/ports/flag-feed.ts';
import { type Bearer, TokenStore } from '../../engine/ports/token-store.ts';
import { evaluationWorld } from '../flags/evaluation-world.ts';
import { parseContext } from '../flags/parse-context.ts';
import { type ServedCatalog, ServedFlags } from '../flags/served-flags.ts';

/** Evaluates flags for OFREP's clients: those of people, and those of rollouts. */
@Injectable()
export class OfrepService {
  private readonly served: ServedFlags;
  private readonly feed: FlagFeed;
  private readonly tokens: TokenStore;

  constructor(served: ServedFlags, feed: FlagFeed, tokens: TokenStore) {
    this.served = served;
    this.feed = feed;
    this.tokens = tokens;
  }

  /** Throws `notFound`, and `invalidInput` for a context that is none. */
  async one(key: string, audience: Audience, body: unknown): Promise<OfrepAnswer> {
    const context = contextIn(body, audience);
    const served = await this.served.latest();
    const feature = served.state(audience).features.find(({ name }) => name === key);
    if (feature !== undefined) return answer(served, audience, feature, context);
    throw new CrossfadeError('notFound', `there is no flag "${key}"`);
  }

  /**
   * All flags of an audience. `heard` is a revision that the client was told of, perhaps by another
   * replica: what it is given is at least as new.
   */
  async all(
    audience: Audience,
    body: unknown,
    heard: number | null,
  ): Promise<{ readonly flags: readonly OfrepAnswer[]; readonly revision: number }> {
    const context = contextIn(body, audience);
    const latest = await this.served.latest();
    const isBehind = heard !== null && heard > latest.catalog.revision;
    const served = isBehind ? this.served.of(await this.feed.catalog()) : latest;
    const flags = served
      .state(audience)
      .features.map((feature) => answer(served, audience, feature, context));
    return { flags, revision: served.catalog.revision };
  }

  /** Who may listen to a stream by this ticket; null when nobody may. */
  async redeem(ticket: string): Promise<Bearer | null> {
    try {
      return await this.tokens.redeem(ticket, 'stream');
    } catch (cause) {
      const words = 'tickets cannot be checked just now; try again';
      throw new CrossfadeError('unavailable', words, { cause });
    }
  }
}

/** The context with the key by which OpenFeature names whom it is about. */
interface Asked extends EvaluationContext {
  readonly targetingKey: string | undefined;
}

function contextIn(body: unknown, { environment }: Audience): Asked {
  const given = fieldOf(body ?? {}, 'context') ?? {};
  if (!isRecord(body ?? {}) || !isRecord(given)) {
    throw new CrossfadeError('invalidInput', 'the body is { "context": { … } }');
  }
  const context = parseContext(given, { environment, remoteAddress: undefined });
  const targetingKey = contextValue(context, 'targetingKey');
  return { ...context, userId: context.userId ?? targetingKey, targetingKey };
}

function answer(
  served: ServedCatalog,
  audience: Audience,
  feature: FeatureDefinition,
  context: Asked,
): OfrepAnswer {
  const route = served.route(feature.name);
  if (route !== null) return answerRoute(route, context, context.targetingKey);
  const evaluation = served.evaluator(audience).evaluate(feature.name, context, evaluationWorld());
  if (evaluation !== null) return answerFeature(feature, evaluation);
  throw new CrossfadeError('internal', `flag "${feature.name}" is served and not there`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
