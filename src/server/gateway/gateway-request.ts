import type { IncomingHttpHeaders } from 'node:http';
import { CrossfadeError } from '../../core/errors.ts';
import type { Side } from '../../core/protocol/route.ts';

/** What a gateway says of itself and of the request that it asks about. */
export interface GatewayRequest {
  readonly rollout: string;
  /** The application behind it, as the policy names it. */
  readonly service: string;
  readonly gateway: string;
  readonly unit: string | undefined;
  /** What it falls to by itself when Crossfade cannot be reached. */
  readonly safeSide: Side;
  /** How long a request that it has passed on may take. */
  readonly drainMs: number;
  /** Whether it would rather hear nothing than an answer in doubt: it repeats one, or asks elsewhere. */
  readonly refusesDoubt: boolean;
}

const longestText = 200;
const longestUnit = 1_000;
const longestDrainS = 3_600;

/** Throws `invalidInput` for a gateway that does not say who it is: nobody could wait for it. */
export function gatewayRequest(rollout: string, headers: IncomingHttpHeaders): GatewayRequest {
  const safeSide = headers['x-crossfade-safe'] ?? 'old';
  if (safeSide !== 'old' && safeSide !== 'new') throw wrong('x-crossfade-safe', 'old or new');
  const doubt = headers['x-crossfade-doubt'] ?? 'safe';
  if (doubt !== 'safe' && doubt !== 'refuse') throw wrong('x-crossfade-doubt', 'safe or refuse');
  const drainS = Number(headers['x-crossfade-drain'] ?? 60);
  if (!(drainS >= 0 && drainS <= longestDrainS)) {
    throw wrong('x-crossfade-drain', `a number of seconds, ${longestDrainS} at most`);
  }
  return {
    rollout,
    service: named(headers, 'x-crossfade-service'),
    gateway: named(headers, 'x-crossfade-gateway'),
    unit: unitOf(headers),
    safeSide,
    drainMs: drainS * 1_000,
    refusesDoubt: doubt === 'refuse',
  };
}

function named(headers: IncomingHttpHeaders, header: string): string {
  const text = headers[header];
  if (typeof text === 'string' && text !== '' && text.length <= longestText) return text;
  throw wrong(header, `a name of 1 to ${longestText} characters`);
}

/** The gateway names the unit itself, or where in its caller's request it stands. */
function unitOf(headers: IncomingHttpHeaders): string | undefined {
  const from = headers['x-crossfade-unit-from'];
  if (typeof from !== 'string') return bounded(headers['x-crossfade-unit']);
  const [, place, name = ''] = /^(header|cookie):(.{1,100})$/.exec(from) ?? [];
  if (place === 'header') return bounded(headers[name.toLowerCase()]);
  if (place === 'cookie') return bounded(cookieOf(headers.cookie ?? '', name));
  throw wrong('x-crossfade-unit-from', '`header:NAME` or `cookie:NAME`');
}

/** No unit has a longer id; such a call belongs to none. */
function bounded(text: string | readonly string[] | undefined): string | undefined {
  return typeof text === 'string' && text !== '' && text.length <= longestUnit ? text : undefined;
}

function cookieOf(cookies: string, name: string): string | undefined {
  const found = cookies.split(';').find((cookie) => cookie.trim().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1);
}

function wrong(header: string, right: string): CrossfadeError {
  return new CrossfadeError(
    'invalidInput',
    `header ${header} is missing or wrong: ${right} is right`,
  );
}
