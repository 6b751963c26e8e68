import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/** A token, of which only a hash is kept. */
@Entity({ name: 'token' })
export class TokenEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  scope!: string;

  /** SHA-256 of the secret, hexadecimal; the secret has 256 random bits, so no salt is needed. */
  @Column('text')
  hash!: string;

  @Column('bigint', { name: 'created_at', transformer: bigintAsNumber })
  createdAt!: number;
}
