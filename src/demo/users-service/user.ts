/** A user as the service answers it, whichever shape the row was read from. */
export interface User {
  readonly id: number;
  readonly tenantId: string;
  readonly name: string;
  /** Date of birth, `YYYY-MM-DD`. */
  readonly dob: string | null;
}

/** What a query yields; an object even when there is no user, so that it can be told apart by identity. */
export interface Found {
  readonly user: User | null;
}
