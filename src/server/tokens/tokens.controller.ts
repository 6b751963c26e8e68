import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { Clock } from '../../engine/ports/clock.ts';
import { type ApiToken, TokenStore } from '../../engine/ports/token-store.ts';
import { parseApiTokenRequest } from '../../language/api-token-request.ts';
import { admin, For } from '../auth/access.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Limited } from '../limits/limited.ts';

/** Tokens of people, of their programs, and of those that report. */
@Controller('api/v1/tokens')
@For(admin('everywhere'))
export class TokensController {
  private readonly tokens: TokenStore;
  private readonly clock: Clock;

  constructor(tokens: TokenStore, clock: Clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /** The answer holds the only copy of the secret. */
  @Post()
  @Limited('token')
  async create(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<ApiToken & { readonly secret: string }> {
    const order = parseApiTokenRequest(body, await this.clock.now());
    const { token, secret } = await this.tokens.issue(order, callerNameOf(request));
    return { ...token, secret };
  }

  @Get()
  async list(): Promise<{ readonly tokens: readonly ApiToken[] }> {
    return { tokens: await this.tokens.apiTokens() };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id') id: string, @Req() request: AuthenticatedRequest): Promise<void> {
    await this.tokens.revokeApiToken(id, callerNameOf(request));
  }
}
