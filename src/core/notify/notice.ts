import type { Phase } from '../rollout/phase.ts';
import type { Action } from '../rollout/transitions.ts';
import type { Attention } from './attention.ts';

/** How soon somebody should look; `info` needs nobody. */
export type Urgency = Attention | 'info';

/** What people are told of one decision. Plain data: how it is written is the business of who sends it. */
export interface Notice {
  /** The same however often it is sent, so that a receiver can tell a message that comes again. */
  readonly id: string;
  readonly urgency: Urgency;
  readonly policy: string;
  readonly project: string;
  readonly rollout: string;
  readonly attempt: number;
  /** What was decided; `noReturn` where nothing was, and a point of no return draws near. */
  readonly action: Action | 'noReturn';
  readonly from: Phase;
  readonly to: Phase;
  readonly step: string;
  /** Percent of the units on the new side when it was decided. */
  readonly share: number;
  readonly reason: string;
  /** `crossfade` for the machine, else the person. */
  readonly by: string;
  /** What it waits for now, in words; null when it goes on by itself or has ended. */
  readonly waitsFor: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  /** When that began which ends here, such as a rollback; null for what took no time. */
  readonly since: number | null;
}

/** Who is told, by the names of Providers. */
export interface NotifyRoutes {
  /** Of what must be looked at now. */
  readonly page: readonly string[];
  /** Of everything. */
  readonly info: readonly string[];
}

/** Each once, whatever routes it is in. */
export function recipientsOf({ page, info }: NotifyRoutes, urgency: Urgency): readonly string[] {
  return [...new Set(urgency === 'page' ? [...page, ...info] : info)];
}
