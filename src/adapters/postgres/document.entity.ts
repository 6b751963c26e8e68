import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/** A document as applied: any kind of the policy language, in its parsed form. */
@Entity({ name: 'document' })
export class DocumentEntity {
  @PrimaryColumn('text')
  kind!: string;

  @PrimaryColumn('text')
  project!: string;

  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  revision!: string;

  @Column('jsonb')
  body!: unknown;

  @Column('text', { name: 'applied_by' })
  appliedBy!: string;

  @Column('bigint', { name: 'applied_at', transformer: bigintAsNumber })
  appliedAt!: number;
}
