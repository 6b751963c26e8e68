import { z } from 'zod';
import { type ClaimRule, parseClaimRules } from '../core/access/claim-roles.ts';

/** Variables by which people sign in at an identity provider. */
export const oidcVariables = {
  CROSSFADE_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://login.example.com' })
    .optional()
    .describe('Identity provider that people sign in at, by OpenID Connect; see docs/access.md.'),
  CROSSFADE_OIDC_CLIENT_ID: z.string().optional().describe('What this server is called there.'),
  CROSSFADE_OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .describe(
      'Its secret there, or `CROSSFADE_OIDC_CLIENT_SECRET_FILE`; none for a public client.',
    ),
  CROSSFADE_OIDC_SCOPE: z
    .string()
    .default('openid profile email')
    .describe('What is asked for; add what makes the provider tell the claim.'),
  CROSSFADE_OIDC_CLAIM: z
    .string()
    .default('groups')
    .describe('Claim that roles are told by: a text or a list of texts.'),
  CROSSFADE_OIDC_ROLES: z
    .string()
    .refine(
      (text) => parseClaimRules(text) !== null,
      'must be rules such as sre=operator@*,leads=approver@shop',
    )
    .optional()
    .describe(
      'Which value of the claim gives which role where: `VALUE=ROLE@PROJECT`, `*` for every project.',
    ),
  CROSSFADE_OIDC_NAME: z
    .string()
    .max(40, 'must have at most 40 characters')
    .default('single sign-on')
    .describe('What people call the provider: `Sign in with …`.'),
};

type Given = z.output<z.ZodObject<typeof oidcVariables>> & {
  readonly CROSSFADE_PUBLIC_URL?: string | undefined;
};

/** Where people sign in, and who becomes what. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly claim: string;
  readonly rules: readonly ClaimRule[];
  readonly name: string;
  /** Where the provider sends browsers back to. */
  readonly callback: string;
}

export function oidcOf(given: Given): OidcConfig | undefined {
  const { CROSSFADE_OIDC_ISSUER: issuer, CROSSFADE_OIDC_CLIENT_ID: clientId } = given;
  const { CROSSFADE_PUBLIC_URL: publicUrl, CROSSFADE_OIDC_ROLES: rules } = given;
  if (issuer === undefined || clientId === undefined) return undefined;
  if (publicUrl === undefined || rules === undefined) return undefined;
  return Object.freeze({
    issuer,
    clientId,
    scope: given.CROSSFADE_OIDC_SCOPE,
    claim: given.CROSSFADE_OIDC_CLAIM,
    rules: parseClaimRules(rules) ?? [],
    name: given.CROSSFADE_OIDC_NAME,
    callback: new URL('ui/oidc/callback', publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`)
      .href,
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

const together = [
  'CROSSFADE_OIDC_ISSUER',
  'CROSSFADE_OIDC_CLIENT_ID',
  'CROSSFADE_OIDC_ROLES',
] as const;

/** What is wrong together with what else is given; by rule, whether it is broken. */
export function oidcContradictions(
  given: Environment,
): readonly (readonly [broken: boolean, fault: string])[] {
  const count = together.filter((name) => given[name] !== undefined).length;
  const issuer = URL.parse(given['CROSSFADE_OIDC_ISSUER'] ?? '');
  return [
    [count > 0 && count < together.length, `${together.join(', ')}: set all of them or none`],
    [
      count > 0 && given['CROSSFADE_PUBLIC_URL'] === undefined,
      'CROSSFADE_PUBLIC_URL: the identity provider sends browsers back there, so it must be known',
    ],
    [
      issuer?.protocol === 'http:' &&
        !['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname),
      'CROSSFADE_OIDC_ISSUER: http is for this machine alone; use https',
    ],
  ];
}
