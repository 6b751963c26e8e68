import { Argument, Command, CommanderError, Option } from 'commander';

import { CrossfadeError } from '../core/errors.ts';
import { type EmitTool, emitTools } from '../core/schema-migration/emit/emitted-file.ts';
import { addEndings } from './add-endings.ts';
import { apply } from './commands/apply.ts';
import { backfill, type BackfillOptions } from './commands/backfill.ts';
import { drift, type DriftOptions } from './commands/drift.ts';
import { emit, type EmitOptions } from './commands/emit.ts';
import { cohort, type CohortOptions } from './commands/cohort.ts';
import { complete } from './commands/complete.ts';
import { type ForecastOptions, forecastPolicies } from './commands/forecast.ts';
import { importTemplates, type ImportOptions } from './commands/import.ts';
import { info, type InfoOptions } from './commands/info.ts';
import { instances, type InstancesOptions } from './commands/instances.ts';
import { lint } from './commands/lint.ts';
import { migrate, type MigrateOptions } from './commands/migrate.ts';
import { pause } from './commands/pause.ts';
import { plan, type PlanOptions } from './commands/plan.ts';
import { replay, type ReplayOptions } from './commands/replay.ts';
import { resume } from './commands/resume.ts';
import { rollback } from './commands/rollback.ts';
import type { CommandOptions } from './commands/send-command.ts';
import { start } from './commands/start.ts';
import { status, type StatusOptions } from './commands/status.ts';
import { targetCheck, type TargetCheckOptions } from './commands/target-check.ts';
import { targetGrants, type TargetGrantsOptions } from './commands/target-grants.ts';
import { why } from './commands/why.ts';
import { exitStatus, statusOfError } from './exit-status.ts';
import { printFaults } from './faults.ts';
import { outputOption } from './output-option.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line and answers the exit status. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let result: number = exitStatus.ok;
  const program = programOf(terminal, (code) => {
    result = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return result;
  } catch (error) {
    return statusOfFailure(error, terminal);
  }
}

function statusOfFailure(error: unknown, terminal: Terminal): number {
  // Commander has printed its own message by now; asking for help is no failure.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitStatus.ok : exitStatus.invalid;
  if (!(error instanceof CrossfadeError)) throw error;
  printFaults(error.faults, terminal);
  terminal.err(`crossfade: ${error.message}\n`);
  return statusOfError(error.code);
}

const exitHelp = `
Exit status: 0 ok, 1 error, 2 invalid input, 3 rolled back or aborted, 4 paused, frozen or held,
5 timeout, 6 conflict, 7 not allowed.
Server: CROSSFADE_URL (http://127.0.0.1:4400), CROSSFADE_TOKEN or the token file in CROSSFADE_DATA_DIR.`;

function programOf(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command('crossfade')
    .description('Carries database migrations into production as canaries, and back.')
    .addHelpText('after', exitHelp)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addFileCommands(program, terminal, done);
  addTargetCommands(program, terminal, done);
  addLooksAtTargets(program, terminal, done);
  addWatchCommands(program, terminal, done);
  addPersonCommands(program, terminal, done);
  addBackfill(program, terminal, done);
  addEndings(program, terminal, done);
  return program;
}

const fileOption = ['-f, --file <path>', 'file, folder or - for stdin; repeatable'] as const;

function collect(path: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, path];
}

function addFileCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('lint')
    .description('check files: everything wrong in them, without a server')
    .requiredOption(...fileOption, collect)
    .action(async ({ file }: { file: string[] }) => done(await lint(file, terminal)));
  program
    .command('plan')
    .description('what SQL files would do to a database in use, without a server')
    .requiredOption(...fileOption, collect)
    .option('--server <major>', 'version of PostgreSQL', '18')
    .addOption(
      new Option('--transaction <of>', 'what the tool that runs them puts into one transaction')
        .choices(['file', 'statement'])
        .default('statement'),
    )
    .addOption(new Option('-o, --output <form>').choices(['text', 'json']).default('text'))
    .action(async (options: PlanOptions) => done(await plan(options, terminal)));
  program
    .command('apply')
    .description('store documents on the server; starts nothing')
    .requiredOption(...fileOption, collect)
    .action(async ({ file }: { file: string[] }) => done(await apply(file, terminal)));
  program
    .command('import')
    .description("turn Argo's, Flagger's and Kayenta's templates into guards, without a server")
    .requiredOption(...fileOption, collect)
    .option('--arg <name=value>', 'argument of an AnalysisTemplate; repeatable', collect)
    .addOption(new Option('-o, --output <form>').choices(['yaml', 'json']).default('yaml'))
    .action(async (options: ImportOptions) => done(await importTemplates(options, terminal)));
  addForecast(program, terminal, done);
  addCohort(program, terminal, done);
  program
    .command('start <name>')
    .description('start a rollout of an applied policy')
    .action(async (name: string) => done(await start(name, terminal)));
}

function addForecast(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('forecast')
    .description('say what a policy can prove at some traffic, and how soon, without a server')
    .requiredOption(...fileOption, collect)
    .requiredOption('--rate <number>', 'requests per second')
    .requiredOption('--units <number>', 'active units')
    .option('--errors <part>', "part of the old side's requests that fail, 0.1% if not given")
    .option('--zipf <number>', 'how unevenly units share the traffic, 1.1; 0 is evenly')
    .option('--largest <part>', "part of the largest unit, in place of Zipf's exponent")
    .option('--reads <part>', 'part of the requests that are reads, 80%')
    .option('--comparisons <number>', 'shadow comparisons per second, as sampled')
    .option('--p50 <ms>', "median of the old side's durations, 40ms")
    .option('--p99 <ms>', 'their p99, 400ms')
    .addOption(outputOption())
    .action(async (options: ForecastOptions) => done(await forecastPolicies(options, terminal)));
}

function addCohort(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('cohort')
    .description('say whom each step of a policy moves, and what part of the traffic')
    .requiredOption(...fileOption, collect)
    .option('--target <name>', "another target to look at than the policy's own")
    .option('--step <number>', 'this step alone, counted from 1')
    .option('--list', 'who is on the new side in that step')
    .addOption(outputOption())
    .action(async (options: CohortOptions) => done(await cohort(options, terminal)));
}

const targetOption = ['--target <name>', 'Target, as it was applied'] as const;

function addTargetCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('info')
    .description('show what was carried out on a target, and what was not')
    .requiredOption(...targetOption)
    .option('-f, --file <path>', 'files of Flyway, Liquibase or TypeORM to compare with', collect)
    .addOption(outputOption())
    .action(async (options: InfoOptions) => done(await info(options, terminal)));
  program
    .command('instances')
    .argument('[service]')
    .description('show who is there, with versions and revisions, and who is behind')
    .addOption(outputOption())
    .action(async (service: string | undefined, options: InstancesOptions) =>
      done(await instances(service, options, terminal)),
    );
  program
    .command('drift')
    .description('show what others have changed under living rollouts, or take it for good')
    .requiredOption(...targetOption)
    .option('--accept <name>', 'take what has changed under this schema migration')
    .addOption(outputOption())
    .action(async (options: DriftOptions) => done(await drift(options, terminal)));
  program
    .command('migrate')
    .description('carry out schema migrations at once, where no rollout is wanted')
    .requiredOption(...fileOption, collect)
    .requiredOption(...targetOption)
    .option('--direct', 'all parts at once, without a rollout; refused by protected targets')
    .option('--baseline', 'carry out nothing: the target has the new shape already')
    .option('--timeout <duration>', 'stop waiting after this long, such as 10m')
    .addOption(outputOption())
    .action(async (options: MigrateOptions) => done(await migrate(options, terminal)));
  program
    .command('emit')
    .description("write schema migrations in another tool's form, for databases of its own")
    .addArgument(new Argument('<tool>', 'whose form').choices(emitTools))
    .requiredOption(...fileOption, collect)
    .option('--target <name>', "development database in the old shape; else the file's own target")
    .addOption(
      new Option('--part <part>', 'how much of it')
        .choices(['expand', 'contract', 'all'])
        .default('all'),
    )
    .option('--at <ms>', 'time in epoch milliseconds that orders it among others; now')
    .option('--out <folder>', 'write files there, and print their names')
    .action(async (tool: EmitTool, options: EmitOptions) =>
      done(await emit(tool, options, terminal)),
    );
}

function addLooksAtTargets(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const target = program.command('target').description('look at a target before anything starts');
  target
    .command('check <name>')
    .description('say what its schema migrations would run into; exits 4 while something blocks')
    .addOption(outputOption())
    .action(async (name: string, options: TargetCheckOptions) =>
      done(await targetCheck(name, options, terminal)),
    );
  target
    .command('grants <name>')
    .description('print the SQL that gives a role what Crossfade needs there, and no more')
    .option('--role <role>', 'the role; the one that Crossfade connects as, if not given')
    .addOption(outputOption())
    .action(async (name: string, options: TargetGrantsOptions) =>
      done(await targetGrants(name, options, terminal)),
    );
}

function addWatchCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('status [name]')
    .description('show all rollouts, or one in full')
    .option('-w, --watch', 'follow it until it ends')
    .option('--timeout <duration>', 'stop following after this long, such as 10m')
    .addOption(outputOption())
    .action(async (name: string | undefined, options: StatusOptions) =>
      done(await status(name, options, terminal)),
    );
  program
    .command('why <name>')
    .description('explain the last decision')
    .addOption(outputOption())
    .action(async (name: string, options: Pick<StatusOptions, 'output'>) =>
      done(await why(name, options, terminal)),
    );
  program
    .command('replay [decision-or-name]')
    .description('decide a decision or a whole rollout again, here, and compare to the last bit')
    .option('-f, --file <path>', 'replay a history that was printed as JSON; - for stdin')
    .addOption(outputOption())
    .action(async (what: string | undefined, options: ReplayOptions) =>
      done(await replay(what, options, terminal)),
    );
}

function addPersonCommands(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const verbs = [
    ['pause', 'stop a rollout where it is', pause],
    ['resume', 'let a stopped rollout go on', resume],
    ['rollback', 'send every unit back to the old side', rollback],
    ['complete', 'confirm contract, the point of no return', complete],
  ] as const;
  for (const [verb, description, run] of verbs) {
    const command = program
      .command(`${verb} <name>`)
      .description(description)
      .option('--reason <text>', 'why, for the record')
      .option('--request-id <id>', 'sending the same id twice is one command')
      .action(async (name: string, options: CommandOptions) =>
        done(await run(name, options, terminal)),
      );
    if (verb === 'complete') command.option('--confirm <name>', 'the name again');
  }
}

function addBackfill(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('backfill <name>')
    .description('show how far a backfill is, or change how hard it presses while it runs')
    .option('--batch-time <duration>', 'how long one batch should take, such as 50ms')
    .option('--nice <number>', 'rest after each batch, by the time that it took')
    .option('--pause', 'stop after the batch at work')
    .option('--resume', 'let it go on')
    .option('--max-lag <duration>', 'wait while a replica is further behind; none: never')
    .option('--max-active <number>', 'wait while more sessions of others are at work')
    .option('--max-wal <number>', 'wait while more megabytes of WAL a second are written')
    .option('--max-dead <number>', 'wait while there are more dead rows for each live one')
    .addOption(outputOption())
    .action(async (name: string, options: BackfillOptions) =>
      done(await backfill(name, options, terminal)),
    );
}
