import { deepStrictEqual } from 'node:assert';
import type { Route } from '../../src/core/protocol/route.ts';
import { routeOf } from '../support/route-of.ts';
import { ConformanceStage } from './stage.ts';

/** Longer than any check: a busy machine alone changes no side. Milliseconds. */
const farAway = 600_000;

/** Something that every client of the protocol does. */
export interface Check {
  readonly name: string;
  /** The route that stands at the start; none when null. Revision 1 at 0 % when not given. */
  readonly begins?: Route | null;
  /** How often the client reports, in milliseconds; 100 when not given. */
  readonly heartbeatMs?: number;
  /** After which silence of the server the safe side serves, in milliseconds; far away when not given. */
  readonly maxStaleMs?: number;
  /** After which pause of its own it asks anew, in milliseconds; far away when not given. */
  readonly freezeAfterMs?: number;
  readonly run: (stage: ConformanceStage) => Promise<void>;
}

/** Rejects, saying what differs, when the client that `command` starts does not do it. */
export async function carryOut(check: Check, command: string): Promise<void> {
  const { begins, run, heartbeatMs = 100, maxStaleMs = farAway, freezeAfterMs = farAway } = check;
  const route = begins === undefined ? routeOf() : begins;
  const paces = { heartbeatMs, maxStaleMs, freezeAfterMs };
  const stage = await ConformanceStage.open(command, route, paces);
  try {
    await run(stage);
  } finally {
    await stage.close();
  }
}

/** As `assert`, with words for who is at fault. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  deepStrictEqual(
    actual,
    expected,
    `${what}: ${JSON.stringify(actual)}, ${JSON.stringify(expected)} is right`,
  );
}
