import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Options,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { Response } from 'express';
import { type AlertSource, alertSources } from '../../core/alerts/alert.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { AlertList, ListedAlert } from '../../core/protocol/alert-list.ts';
import { everyProject, holds, type Roles } from '../../core/access/role.ts';
import { AlertIntake, type TakenAlerts } from '../../engine/alert-intake.ts';
import { AlertOverview } from '../../engine/alert-overview.ts';
import { parseAlertmanager } from '../../language/alerts/alertmanager.ts';
import { parseCloudEvents } from '../../language/alerts/cloud-events.ts';
import type { Notification } from '../../language/alerts/notification.ts';
import { parsePagerDuty } from '../../language/alerts/pagerduty.ts';
import { For, viewer } from '../auth/access.ts';
import { rolesOf } from '../auth/roles-of.ts';
import type { AuthenticatedRequest } from '../auth/token.guard.ts';
import { Pulse } from '../engine/pulse.ts';
import { AlertDoor, type SignedRequest } from './alert-door.ts';
import { answerInTime } from './answer-in-time.ts';

type RequestHeaders = Readonly<Record<string, unknown>>;

/** Where alerting systems tell of what is wrong. */
@Controller('api/v1/alerts')
export class AlertsController {
  private readonly door: AlertDoor;
  private readonly intake: AlertIntake;
  private readonly overview: AlertOverview;
  private readonly pulse: Pulse;

  constructor(door: AlertDoor, intake: AlertIntake, overview: AlertOverview, pulse: Pulse) {
    this.door = door;
    this.intake = intake;
    this.overview = overview;
    this.pulse = pulse;
  }

  /** What was told of last, or with `status=firing` what fires, whom it concerns and what it led to. */
  @Get()
  @For(viewer('somewhere'))
  async list(
    @Query('status') status: string | undefined,
    @Req() request: AuthenticatedRequest,
  ): Promise<AlertList> {
    if (status !== undefined && status !== 'firing') {
      throw new CrossfadeError('invalidInput', 'status can be `firing`, or left out');
    }
    const { alerts, now } = await this.overview.list(status === 'firing');
    return { alerts: shownTo(rolesOf(request), alerts), now };
  }

  /** 202 once it is written down; 503, and nothing written, where it cannot be: senders come again. */
  @Post(':source')
  @HttpCode(202)
  // The door asks for a token or a signature.
  @For('anybody')
  async take(
    @Param('source') name: string,
    @Headers() headers: RequestHeaders,
    @Body() body: unknown,
    @Req() request: SignedRequest,
  ): Promise<TakenAlerts> {
    const source = sourceOf(name);
    const taken = await answerInTime(this.written(source, headers, body, request));
    if (taken.concerns.length > 0) this.pulse.hurry();
    return taken;
  }

  private async written(
    source: AlertSource,
    headers: RequestHeaders,
    body: unknown,
    request: SignedRequest,
  ): Promise<TakenAlerts> {
    await this.door.admit(source, request);
    const { alerts, refused } = parse(source, headers, body);
    return this.intake.take(alerts, refused);
  }

  /** Grafana may be told to put instead of to post. */
  @Put('grafana')
  @HttpCode(202)
  @For('anybody')
  async put(
    @Headers() headers: RequestHeaders,
    @Body() body: unknown,
    @Req() request: SignedRequest,
  ): Promise<TakenAlerts> {
    return this.take('grafana', headers, body, request);
  }

  /** CloudEvents' handshake: a sender asks whether it may. Source: its HTTP webhook profile 1.0.2, §4. */
  @Options('cloudevents')
  @HttpCode(204)
  @For('anybody')
  agree(@Headers('webhook-request-origin') origin: unknown, @Res() response: Response): void {
    if (typeof origin === 'string') response.setHeader('WebHook-Allowed-Origin', origin);
    response.setHeader('Allow', 'POST');
    response.setHeader('WebHook-Allowed-Rate', '*');
    response.status(204).end();
  }
}

/** An alert that concerns nobody's rollout is for those who may look everywhere. */
function shownTo(roles: Roles, alerts: readonly ListedAlert[]): readonly ListedAlert[] {
  if (holds(roles, 'viewer', everyProject)) return alerts;
  return alerts
    .map((alert) => ({
      ...alert,
      concerns: alert.concerns.filter(({ project }) => holds(roles, 'viewer', project)),
    }))
    .filter(({ concerns }) => concerns.length > 0);
}

function sourceOf(name: string): AlertSource {
  const source = alertSources.find((one) => one === name);
  if (source !== undefined) return source;
  throw new CrossfadeError('notFound', `alerts are taken at ${alertSources.join(', ')}`);
}

function parse(source: AlertSource, headers: RequestHeaders, body: unknown): Notification {
  switch (source) {
    case 'alertmanager':
    case 'grafana':
      return parseAlertmanager(body, source);
    case 'pagerduty':
      return parsePagerDuty(body);
    case 'cloudevents':
      return parseCloudEvents(headers, body);
  }
}
