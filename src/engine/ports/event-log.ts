/** What happened, for logs and metrics. Never holds a secret. */
export type EngineEvent =
  | {
      readonly kind: 'decision';
      readonly rollout: string;
      readonly policy: string;
      readonly action: string;
      readonly from: string;
      readonly to: string;
      readonly step: string;
      readonly reason: string;
      readonly by: string;
    }
  | { readonly kind: 'tick'; readonly rollout: string; readonly ms: number }
  | { readonly kind: 'fenceLost'; readonly rollout: string }
  | {
      readonly kind: 'effect';
      readonly rollout: string;
      readonly key: string;
      readonly error: string | null;
    }
  | { readonly kind: 'rollbackArrived'; readonly rollout: string; readonly ms: number }
  | {
      readonly kind: 'alerts';
      readonly taken: number;
      readonly refused: number;
      /** Policies that a firing one concerns. */
      readonly concerns: readonly string[];
    }
  | { readonly kind: 'fault'; readonly where: string; readonly error: string };

export abstract class EventLog {
  abstract write(event: EngineEvent): void;
}
