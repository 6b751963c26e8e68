import { createHash } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Audience } from '../../core/flags/catalog/audience.ts';
import type { VariantAnswer } from '../../core/flags/evaluation/evaluate-features.ts';
import { variantAnswer } from '../../core/flags/evaluation/evaluate-features.ts';
import type { EvaluationContext } from '../../core/flags/evaluation/evaluation-context.ts';
import { For } from '../auth/access.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { audienceOf } from './audience-of.ts';
import { isKnown } from './entity-tag.ts';
import { evaluationWorld } from './evaluation-world.ts';
import { parseContext } from './parse-context.ts';
import type { ServedCatalog } from './served-flags.ts';
import { ServedFlags } from './served-flags.ts';

/** A flag that is on for the context. */
interface Toggle {
  readonly name: string;
  readonly enabled: true;
  readonly impressionData: boolean;
  readonly variant: VariantAnswer & { readonly featureEnabled: boolean };
}

/** Unleash's frontend API: the flags that are on for one context, evaluated here. */
@Controller('api/frontend')
@For('frontend', 'sdk')
export class FrontendController {
  private readonly served: ServedFlags;

  constructor(served: ServedFlags) {
    this.served = served;
  }

  @Get()
  async get(
    @Query() query: Record<string, unknown>,
    @Headers('if-none-match') known: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const body = JSON.stringify({ toggles: await this.evaluate(query, request) });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('ETag', `W/${etag}`);
    if (isKnown(known, etag)) response.status(304).end();
    else response.type('json').end(body);
  }

  @Post()
  @HttpCode(200)
  async post(
    @Body() body: { readonly context?: unknown } | undefined,
    @Req() request: AuthenticatedRequest,
  ): Promise<{ toggles: readonly Toggle[] }> {
    return { toggles: await this.evaluate(body?.context, request) };
  }

  @Post('client/register')
  @HttpCode(200)
  register(@Body() _body: unknown): void {}

  @Post('client/metrics')
  @HttpCode(200)
  metrics(@Body() _body: unknown): void {}

  private async evaluate(
    given: unknown,
    request: AuthenticatedRequest,
  ): Promise<readonly Toggle[]> {
    const audience = audienceOf(request);
    const defaults = { environment: audience.environment, remoteAddress: request.ip };
    const context = parseContext(given, defaults);
    return togglesFor(await this.served.latest(), audience, context);
  }
}

function togglesFor(
  served: ServedCatalog,
  audience: Audience,
  context: EvaluationContext,
): readonly Toggle[] {
  const evaluator = served.evaluator(audience);
  const world = evaluationWorld();
  return served.state(audience).features.flatMap(({ name, impressionData = false }) => {
    const evaluation = evaluator.evaluate(name, context, world);
    if (evaluation === null || !evaluation.enabled) return [];
    const variant = { ...variantAnswer(evaluation), featureEnabled: true };
    return [{ name, enabled: true, impressionData, variant }];
  });
}
