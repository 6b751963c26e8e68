import type { HoldCode } from './hold-code.ts';

/**
 * What stands between a rollout and its next step.
 * `waiting` is the ordinary course of a step; `hold` is recorded, because something is missing that
 * should be there (`alert` is the id of the one it is about); `stuck` needs a person; `harm` moves back.
 */
export type Gate =
  | { readonly kind: 'passed'; readonly reason: string }
  | { readonly kind: 'waiting'; readonly reason: string }
  | {
      readonly kind: 'hold';
      readonly code: HoldCode;
      readonly reason: string;
      readonly alert?: string;
    }
  | { readonly kind: 'stuck'; readonly reason: string }
  | { readonly kind: 'harm'; readonly reason: string };

export const passed = (reason: string): Gate => ({ kind: 'passed', reason });
export const waiting = (reason: string): Gate => ({ kind: 'waiting', reason });
export const hold = (code: HoldCode, reason: string): Gate => ({ kind: 'hold', code, reason });
export const stuck = (reason: string): Gate => ({ kind: 'stuck', reason });
export const harm = (reason: string): Gate => ({ kind: 'harm', reason });
