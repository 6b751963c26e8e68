import type { Move } from './move.ts';
import type { Command } from './observations.ts';

/** A command, weighed: the move it leads to, or why it is refused. */
export type Weighed = { readonly move: Move } | { readonly refused: string };

/** What a person gave as the reason, or what the command says of itself. */
export function because({ reason }: Pick<Command, 'reason'>, otherwise: string): string {
  return reason === null || reason === '' ? otherwise : reason;
}
