import { All, Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { headersOf, statusOf } from '../../core/gateway/gateway-answer.ts';
import { evidenceOfLog } from '../../core/gateway/log-evidence.ts';
import { parseGatewayLog } from '../../language/gateway-log.ts';
import { For } from '../auth/access.ts';
import { GatewayDoor } from './gateway-door.ts';
import { gatewayRequest } from './gateway-request.ts';
import { GatewaySeats } from './gateway-seats.ts';

/** Forward authentication for proxies: which side serves a request, said in headers. */
@Controller()
export class GatewayController {
  private readonly door: GatewayDoor;
  private readonly seats: GatewaySeats;

  constructor(door: GatewayDoor, seats: GatewaySeats) {
    this.door = door;
    this.seats = seats;
  }

  /** Any method and any path below: Envoy asks by those of the request itself. */
  @All(['route/:rollout', 'route/:rollout/*rest'])
  // The door asks for the same token, and does not wait for the database.
  @For('anybody')
  async route(
    @Param('rollout') rollout: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const letIn = this.door.admit(request.headers);
    if (letIn !== null) await letIn;
    const asked = gatewayRequest(rollout, request.headers);
    const answer = this.seats.answer(asked);
    response.writeHead(statusOf(answer, asked.refusesDoubt), {
      ...headersOf(answer),
      'content-length': '0',
    });
    response.end();
  }

  /** What the proxy logged of the requests that it passed on: the evidence of who has no SDK. */
  @Post('api/v1/gateway/log')
  @HttpCode(202)
  @For('sdk')
  log(@Body() body: unknown): { readonly taken: number; readonly skipped: number } {
    const { service, gateway, seq, lines, skipped } = parseGatewayLog(body);
    this.seats.logged(service, gateway, seq, evidenceOfLog(lines));
    return { taken: lines.length, skipped };
  }
}
