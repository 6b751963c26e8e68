import { EntitySchema } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/**
 * A row of `crossfade_state.audit`: what a person did, when, to what. It takes no update and no delete; its
 * place in the chain is given to it by the database when it is committed.
 */
export interface AuditRow {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
  /** From 1, without a gap. */
  seq?: number;
  /** The hash of the row before. */
  previous?: string;
  /** SHA-256 of `previous` and of what the row says, hexadecimal. */
  hash?: string;
}

export const AuditEntity = new EntitySchema<AuditRow>({
  name: 'audit',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    at: { type: 'bigint', transformer: bigintAsNumber },
    actor: { type: 'text' },
    action: { type: 'text' },
    subject: { type: 'text' },
    detail: { type: 'jsonb' },
    seq: { type: 'bigint', nullable: true, insert: false, transformer: bigintAsNumber },
    previous: { type: 'text', nullable: true, insert: false },
    hash: { type: 'text', nullable: true, insert: false },
  },
  uniques: [{ name: 'audit_seq_key', columns: ['seq'] }],
  indices: [{ name: 'audit_subject', columns: ['subject', 'seq'] }],
});
