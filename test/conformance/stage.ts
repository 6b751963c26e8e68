import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationEvidence } from '../../src/core/protocol/evidence.ts';
import type { InstanceReport } from '../../src/core/protocol/report.ts';
import type { Route, Side } from '../../src/core/protocol/route.ts';
import { parseReport } from '../../src/language/instance-report.ts';
import { ProtocolServer } from '../support/protocol-server.ts';
import { ClientProcess } from './client-process.ts';
import type { ConnectOptions, OperationOptions } from './client-process.ts';

export const migration = 'users-birthdate';
const patienceMs = 30_000;

/** A client under test and a server that speaks the protocol, with what a check asks of both. */
export class ConformanceStage {
  readonly server: ProtocolServer;
  readonly client: ClientProcess;

  private constructor(server: ProtocolServer, client: ClientProcess) {
    this.server = server;
    this.client = client;
  }

  /** The client is told where the server is, and knows one migration. */
  static async open(
    command: string,
    route: Route | null,
    paces: Pick<ConnectOptions, 'heartbeatMs' | 'maxStaleMs' | 'freezeAfterMs'>,
  ): Promise<ConformanceStage> {
    const server = await ProtocolServer.start();
    if (route !== null) server.set(route);
    const stage = new ConformanceStage(server, new ClientProcess(command));
    await stage.client.connect({
      url: server.url,
      token: 'secret',
      service: 'users-api',
      migrations: [migration],
      ...paces,
    });
    return stage;
  }

  get reports(): readonly InstanceReport[] {
    return this.server.reports;
  }

  /** What was counted so far; a batch that was sent again counts once. */
  get evidence(): readonly MigrationEvidence[] {
    const bySeq = new Map(this.reports.map(({ seq, evidence }) => [seq, evidence]));
    return [...bySeq.values()].flat();
  }

  operate(unit: string | null, options?: OperationOptions): Promise<Side | null> {
    return this.client.operate(migration, unit, options);
  }

  async sidesOf(units: readonly string[]): Promise<readonly (Side | null)[]> {
    const sides: (Side | null)[] = [];
    for (const unit of units) sides.push(await this.operate(unit));
    return sides;
  }

  /** Routes that stand from now on, and everybody in them has been acknowledged. */
  async follow(route: Route): Promise<void> {
    this.server.set(route);
    await this.acknowledged(route.revision);
  }

  async acknowledged(revision: number): Promise<void> {
    await this.until(`acknowledges revision ${revision}`, () =>
      Boolean(this.reports.at(-1)?.acknowledged.some((one) => one.revision === revision)),
    );
  }

  /** Throws when it does not become so in half a minute. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const since = performance.now(); !(await condition()); await sleep(10)) {
      if (performance.now() - since > patienceMs) throw new Error(`the client never ${what}`);
    }
  }

  /** Ends the client, and checks that all it ever said was of the protocol's shape. */
  async close(): Promise<void> {
    await this.client.kill();
    await this.server.vanish();
    for (const report of this.reports) parseReport(report);
  }
}
