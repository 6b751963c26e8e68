/** Who is signed in: `GET /api/v1/session`. */
export interface SessionView {
  /** Id of the token, as the audit log names it. */
  readonly token: string;
  readonly scope: string;
  /** By project, `*` for every one. */
  readonly roles: Readonly<Record<string, string>>;
}
