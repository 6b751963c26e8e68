import { randomBytes } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { clientTokenPrefix } from '../../core/flags/catalog/client-token.ts';
import { type ClientToken, TokenStore } from '../../engine/ports/token-store.ts';
import { parseClientTokenRequest } from '../../language/flags/client-token-request.ts';
import { admin, For } from '../auth/access.ts';
import { callerNameOf } from '../auth/actor-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Limited } from '../limits/limited.ts';

/** Tokens of flag clients, in Unleash's formats. */
@Controller('api/v1/client-tokens')
@For(admin('everywhere'))
export class ClientTokensController {
  private readonly tokens: TokenStore;

  constructor(tokens: TokenStore) {
    this.tokens = tokens;
  }

  /** The answer holds the only copy of a token that is made here. */
  @Post()
  @Limited('token')
  async admit(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
  ): Promise<ClientToken & { token: string }> {
    const { secret, ...token } = parseClientTokenRequest(body);
    const made = secret ?? clientTokenPrefix(token.audience) + randomBytes(28).toString('hex');
    return { ...(await this.tokens.admit(token, made, callerNameOf(request))), token: made };
  }

  @Get()
  async list(): Promise<{ tokens: readonly ClientToken[] }> {
    return { tokens: await this.tokens.clientTokens() };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id') id: string, @Req() request: AuthenticatedRequest): Promise<void> {
    await this.tokens.revoke(id, callerNameOf(request));
  }
}
