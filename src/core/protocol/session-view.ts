/** Who is signed in: `GET /api/v1/session`. */
export interface SessionView {
  /** Id of the token, as the audit log names it. */
  readonly token: string;
  /** What the token is called; the person where somebody signed in. */
  readonly name: string;
  /** Whether somebody signed in at the identity provider. */
  readonly signedIn: boolean;
  readonly scope: string;
  /** By project, `*` for every one. */
  readonly roles: Readonly<Record<string, string>>;
}
