/** A token as `GET /api/v1/tokens` shows it; times in epoch milliseconds. */
export interface TokenView {
  readonly id: string;
  readonly scope: string;
  readonly name: string;
  /** By project, `*` for every one. */
  readonly roles: Readonly<Record<string, string>>;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}
