import { EntitySchema } from 'typeorm';
import { bigintAsNumber } from './bigint-as-number.ts';

/** A row of `crossfade_state.token`: a token, of which only a hash is kept. */
export interface TokenRow {
  id: string;
  scope: string;
  /** SHA-256 of the secret, hexadecimal; the secret has 256 random bits, so no salt is needed. */
  hash: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

export const TokenEntity = new EntitySchema<TokenRow>({
  name: 'token',
  columns: {
    id: { type: 'text', primary: true },
    scope: { type: 'text' },
    hash: { type: 'text' },
    createdAt: { type: 'bigint', name: 'created_at', transformer: bigintAsNumber },
  },
});
