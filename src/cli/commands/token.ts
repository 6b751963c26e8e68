import { CrossfadeError } from '../../core/errors.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { TokenApi } from '../token-api.ts';
import { tokensText } from '../views/tokens-text.ts';
import { durationFrom } from '../views/words.ts';

export interface TokenOptions {
  readonly role?: string;
  readonly project?: string;
  readonly scope?: string;
  readonly expires: string;
  readonly output?: OutputForm;
}

/** Makes a token. Its secret alone goes to stdout, once: nobody can ask for it again. */
export async function createToken(
  name: string,
  options: TokenOptions,
  terminal: Terminal,
): Promise<number> {
  const { role, project = '*', scope, expires } = options;
  if ((role === undefined) === (scope === undefined)) {
    const words = 'give --role for a person or a program, or --scope for one kind of report';
    throw new CrossfadeError('invalidInput', words);
  }
  const lifetimeMs = expires === 'never' ? undefined : durationFrom(expires);
  const token = await new TokenApi(connectionOf(terminal.env)).create({
    name,
    expiresAt: lifetimeMs === undefined ? null : new Date(Date.now() + lifetimeMs).toISOString(),
    ...(scope === undefined ? {} : { scope }),
    ...(role === undefined ? {} : { roles: { [project]: role } }),
  });
  const names = () => [`token/${token.id}`];
  show(options.output, { data: token, table: () => `${token.secret}\n`, names }, terminal);
  if (isForPerson(options.output))
    terminal.err(`token ${token.id}; keep it now, it is not shown again\n`);
  return exitStatus.ok;
}

export async function listTokens(
  { output }: Pick<TokenOptions, 'output'>,
  terminal: Terminal,
): Promise<number> {
  const tokens = await new TokenApi(connectionOf(terminal.env)).list();
  const shown = {
    data: { tokens },
    table: () => tokensText(tokens, Date.now()),
    names: () => tokens.map(({ id }) => `token/${id}`),
  };
  show(output, shown, terminal);
  return exitStatus.ok;
}

export async function revokeToken(id: string, terminal: Terminal): Promise<number> {
  await new TokenApi(connectionOf(terminal.env)).revoke(id);
  terminal.err(`token ${id} lets nobody in any more\n`);
  return exitStatus.ok;
}
