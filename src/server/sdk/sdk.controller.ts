import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { ReportAnswer } from '../../core/protocol/report.ts';
import { parseReport } from '../../language/instance-report.ts';
import { type ProtocolDocument, sdkProtocol } from '../../language/sdk-protocol.ts';
import { For } from '../auth/access.ts';
import { SdkService } from './sdk.service.ts';

/** What the SDK talks to: one stream in, one report out. */
@Controller('api/v1/sdk')
@For('sdk')
export class SdkController {
  private readonly sdk: SdkService;

  constructor(sdk: SdkService) {
    this.sdk = sdk;
  }

  @Post('report')
  @HttpCode(200)
  async report(@Body() body: unknown): Promise<ReportAnswer> {
    return this.sdk.report(parseReport(body));
  }

  /** What is spoken here, for those who write a client in another language. */
  @Get('openapi.json')
  document(): ProtocolDocument {
    return sdkProtocol();
  }

  @Get('stream')
  async stream(
    @Query('implements') names: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const wanted = (names ?? '').split(',').filter((name) => name !== '');
    await this.sdk.stream(wanted, response);
  }
}
