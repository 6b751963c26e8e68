import { type Command, Option } from 'commander';
import { audit, type AuditOptions } from '../commands/audit.ts';
import { createToken, listTokens, revokeToken, type TokenOptions } from '../commands/token.ts';
import type { Terminal } from '../terminal.ts';
import { outputOption } from './shared-options.ts';

/** Verbs for who may do what. */
export function addAccessVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('audit')
    .description('who did what, once the chain of the log has been checked')
    .option('--since <duration>', 'no longer ago than this, such as 7d')
    .addOption(outputOption())
    .action(async (options: AuditOptions) => done(await audit(options, terminal)));
  const token = program.command('token').description('make, list and revoke tokens');
  token
    .command('create <name>')
    .description('make a token; its secret is shown once')
    .addOption(
      new Option('--role <role>', 'what its bearer may do').choices([
        'viewer',
        'operator',
        'approver',
        'admin',
      ]),
    )
    .option('--project <name>', 'where; in every project when not given')
    .addOption(
      new Option('--scope <scope>', 'for one kind of report instead').choices([
        'sdk',
        'alerts',
        'otlp',
      ]),
    )
    .option('--expires <duration>', 'how long it is good for, such as 30d, or never', '90d')
    // By its name alone nobody would ever see the secret.
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async (name: string, options: TokenOptions) =>
      done(await createToken(name, options, terminal)),
    );
  token
    .command('list')
    .description('all tokens, newest first, those that are over too')
    .addOption(outputOption())
    .action(async (options: TokenOptions) => done(await listTokens(options, terminal)));
  token
    .command('revoke <id>')
    .description('let nobody in by it any more')
    .action(async (id: string) => done(await revokeToken(id, terminal)));
}
