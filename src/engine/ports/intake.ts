import type { CommandView } from '../../core/protocol/command-view.ts';
import type { InstanceReport } from '../../core/protocol/report.ts';
import type { Command, CommandDetail, Verb } from '../../core/rollout/observations.ts';

/** Takes in what comes from outside: reports of instances, commands of people. */
export abstract class Intake {
  /**
   * Stores heartbeat, acknowledgement and evidence in one transaction. A batch that came before
   * (same instance and seq) counts once. Once an instance has said that it leaves, none of its
   * reports brings it back, however late it comes. Returns the policies whose rollouts it concerns.
   */
  abstract report(report: InstanceReport): Promise<readonly string[]>;

  /**
   * Stores a command and its audit row. The same `requestId` twice is one command; throws `conflict` where it
   * was given to another one.
   */
  abstract command(rollout: string, request: CommandRequest): Promise<string>;

  /** The command that was sent with this id; null when none was. */
  abstract sent(requestId: string): Promise<string | null>;

  /**
   * Forgets evidence received longer than `keepMs` ago, and instances, gone or not, that have been
   * silent for so long after they could last have served anything.
   */
  abstract forget(keepMs: number): Promise<void>;

  /** The last commands to a rollout, oldest first. */
  abstract commands(rollout: string, limit: number): Promise<readonly CommandView[]>;

  /** The answer once a tick has given it; null before. */
  abstract answer(name: string, id: string): Promise<{ accepted: boolean; reason: string } | null>;
}

export interface CommandRequest extends Pick<Command, 'by' | 'reason'>, CommandDetail {
  readonly verb: Verb;
  readonly requestId: string | null;
}
