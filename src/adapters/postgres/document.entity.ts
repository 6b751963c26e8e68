import { EntitySchema } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/** A row of `crossfade_state.document`: a document as applied, with the text it was written in. */
export interface DocumentRow {
  kind: string;
  project: string;
  name: string;
  revision: string;
  body: unknown;
  appliedBy: string;
  /** Epoch milliseconds. */
  appliedAt: number;
}

export const DocumentEntity = new EntitySchema<DocumentRow>({
  name: 'document',
  columns: {
    kind: { type: 'text', primary: true },
    project: { type: 'text', primary: true },
    name: { type: 'text', primary: true },
    revision: { type: 'text' },
    body: { type: 'jsonb' },
    appliedBy: { type: 'text', name: 'applied_by' },
    appliedAt: { type: 'bigint', name: 'applied_at', transformer: bigintAsNumber },
  },
});
