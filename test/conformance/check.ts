import { deepStrictEqual } from 'node:assert';
import type { Route } from '../../src/core/protocol/route.ts';
import { routeOf } from '../support/route-of.ts';
import { ConformanceStage } from './stage.ts';

/** Something that every client of the protocol does. */
export interface Check {
  readonly name: string;
  /** The route that stands at the start; none when null. Revision 1 at 0 % when not given. */
  readonly begins?: Route | null;
  /** How often the client reports, in milliseconds; 100 when not given. */
  readonly heartbeatMs?: number;
  readonly run: (stage: ConformanceStage) => Promise<void>;
}

/** Rejects, saying what differs, when the client that `command` starts does not do it. */
export async function carryOut(check: Check, command: string): Promise<void> {
  const { begins, heartbeatMs = 100, run } = check;
  const route = begins === undefined ? routeOf() : begins;
  const stage = await ConformanceStage.open(command, route, heartbeatMs);
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
