import { EntitySchema } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/** A row of `crossfade_state.audit`: what a person did, when, to what. It takes no update and no delete. */
export interface AuditRow {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
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
  },
});
