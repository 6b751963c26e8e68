import type { MigrationEvidence } from '../../src/core/protocol/evidence.ts';
import type { Route, Stage } from '../../src/core/protocol/route.ts';
import { Client } from '../../src/sdk/client.ts';
import type { Migration, ReadCall } from '../../src/sdk/crossfade.ts';
import { settingsOf } from '../../src/sdk/options.ts';
import type { CrossfadeOptions } from '../../src/sdk/options.ts';
import type { Telemetry } from '../../src/sdk/telemetry.ts';
import { uncalibrated } from './comparisons.ts';
import { ManualTiming, settle } from './manual-timing.ts';
import { routeOf } from './route-of.ts';
import { ScriptedTransport } from './scripted-transport.ts';

/** A client of an application whose units are all in one stage. */
export interface ClientInStage {
  readonly client: Client;
  readonly birthdate: Migration;
  readonly timing: ManualTiming;
  readonly transport: ScriptedTransport;
  readonly warnings: string[];
  /** Which side's closure ran, in order; both answer `same`. */
  readonly calls: string[];
  readonly sides: { readonly old: () => Promise<string>; readonly new: () => Promise<string> };
  /** A read for unit `t1`. */
  readonly read: (call?: Partial<ReadCall<string>>) => Promise<string>;
  /** All evidence that was reported, after another heartbeat. */
  readonly evidence: () => Promise<readonly MigrationEvidence[]>;
}

/** The client, connected, at revision 5; every pure read is compared with the other side. */
export async function clientInStage(
  stage: Stage,
  changes: Partial<Route> = {},
  options: Partial<CrossfadeOptions> = {},
  telemetry?: Telemetry,
): Promise<ClientInStage> {
  const timing = new ManualTiming();
  const transport = new ScriptedTransport();
  const warnings: string[] = [];
  const route = { baseStage: stage, canaryStage: stage, shadowSample: 1, revision: 5 };
  transport.routes = [routeOf({ ...route, ...changes })];
  const base = { url: 'http://127.0.0.1:1', token: 't', service: 's' };
  const onWarning = (message: string): void => void warnings.push(message);
  const settings = settingsOf({ ...base, onWarning, ...options });
  const client = new Client(settings, timing, transport, telemetry, uncalibrated);
  const birthdate = client.migration('users-birthdate');
  await settle();
  const calls: string[] = [];
  const side = (name: string) => async (): Promise<string> => {
    calls.push(name);
    return 'same';
  };
  const sides = { old: side('old'), new: side('new') };
  const evidence = async (): Promise<readonly MigrationEvidence[]> => {
    await timing.advance(1_000);
    return transport.reports.flatMap((report) => report.evidence);
  };
  const read = (call: Partial<ReadCall<string>> = {}): Promise<string> =>
    client.withUnit('t1', () => birthdate.read({ ...sides, ...call }));
  return { client, birthdate, timing, transport, warnings, calls, sides, read, evidence };
}

/** A closure whose statement fails. */
export const failing = async (): Promise<never> => {
  throw new Error('column birthdate does not exist');
};

/** A closure whose error is an answer. */
export const notFound = async (): Promise<never> => {
  throw Object.assign(new Error('no such user'), { status: 404 });
};
