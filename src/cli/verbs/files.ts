import { Option, type Command } from 'commander';
import type { CheckOptions } from '../commands/check.ts';
import { cohort, type CohortOptions } from '../commands/cohort.ts';
import type { ForecastOptions } from '../commands/forecast.ts';
import type { ImportOptions } from '../commands/import.ts';
import type { InitOptions } from '../commands/init.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { SimulateOptions } from '../commands/simulate.ts';
import type { Terminal } from '../terminal.ts';
import { collect, fileOption, outputOption } from './shared-options.ts';

/**
 * Verbs that look ahead from files. Most bring a parser or the judge along, some hundred files, so they are
 * loaded when they are asked for: the other verbs start in less than half of the time.
 */
export function addFileVerbs(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('plan')
    .description(
      'what policies, SQL and migration classes would do to a database in use, without a server',
    )
    .requiredOption(...fileOption, collect)
    .option('--server <major>', 'version of PostgreSQL', '18')
    .addOption(
      new Option(
        '--transaction <of>',
        'what the tool that runs them puts into one transaction',
      ).choices(['file', 'statement']),
    )
    .option('--target <name>', 'target that policies are planned for, through the server')
    .option(
      '--schema <file>',
      'schema that SQL and classes are tried on, as pg_dump --schema-only writes it',
    )
    .option('--statements <file>', 'SQL, or CSV of pg_stat_statements, that must go on working')
    .addOption(
      new Option('-o, --output <form>')
        .choices(['text', 'table', 'wide', 'json', 'yaml', 'name', 'markdown', 'sql'])
        .default('text'),
    )
    .action(async (options: PlanOptions) => {
      const { plan } = await import('../commands/plan.ts');
      done(await plan(options, terminal));
    });
  program
    .command('import')
    .description("turn Argo's, Flagger's and Kayenta's templates into guards, without a server")
    .requiredOption(...fileOption, collect)
    .option('--arg <name=value>', 'argument of an AnalysisTemplate; repeatable', collect)
    .addOption(new Option('-o, --output <form>').choices(['yaml', 'json']).default('yaml'))
    .action(async (options: ImportOptions) => {
      const { importTemplates } = await import('../commands/import.ts');
      done(await importTemplates(options, terminal));
    });
  addInit(program, terminal, done);
  addForecast(program, terminal, done);
  addSimulate(program, terminal, done);
  addCheck(program, terminal, done);
  addCohort(program, terminal, done);
}

function addInit(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command('init')
    .description("write a policy for a migration of another tool's, without a server")
    .option('--from-sql <file>', 'SQL as a person wrote it')
    .option('--from-typeorm <file>', "file with a migration class of TypeORM's")
    .option('--from-flyway <file>', "file of Flyway's, by its name")
    .option('--schema <file>', 'schema before it, as pg_dump --schema-only writes it')
    .option('--service <name>', 'service that uses the database', 'app')
    .option('--target-url-env <name>', "server's variable with the address", 'TARGET_DATABASE_URL')
    .option('--units <number>', 'active units, for the steps')
    .option('--requests-per-second <number>', 'how busy the service is, for the steps')
    .option('-o, --output <file>', 'where to write it; stdout if not given')
    .action(async (options: InitOptions) => {
      const { init } = await import('../commands/init.ts');
      done(await init(options, terminal));
    });
}

function addForecast(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const forecast = program
    .command('forecast')
    .description('say what a policy can prove at some traffic, and how soon, without a server')
    .requiredOption(...fileOption, collect)
    .requiredOption('--rate <number>', 'requests per second')
    .requiredOption('--units <number>', 'active units');
  addTraffic(forecast)
    .addOption(outputOption())
    .action(async (options: ForecastOptions) => {
      const { forecastPolicies } = await import('../commands/forecast.ts');
      done(await forecastPolicies(options, terminal));
    });
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

/** What both ways of looking ahead assume of a service. */
function addTraffic(command: Command): Command {
  return command
    .option('--errors <part>', "part of the old side's requests that fail, 0.1% if not given")
    .option('--zipf <number>', 'how unevenly units share the traffic, 1.1; 0 is evenly')
    .option('--largest <part>', "part of the largest unit, in place of Zipf's exponent")
    .option('--reads <part>', 'part of the requests that are reads, 80%')
    .option('--comparisons <number>', 'shadow comparisons per second, as sampled')
    .option('--p50 <ms>', "median of the old side's durations, 40ms")
    .option('--p99 <ms>', 'their p99, 400ms');
}

/** Where traffic is taken from that goes up and down. */
function addRecording(command: Command): Command {
  return command
    .option('--rate <number>', 'requests per second')
    .option('--like <rollout>', 'traffic as it was seen of this rollout, by the server')
    .option('--recorded <file>', 'recorded requests and failures, in place of --rate')
    .option('--prometheus <address>', 'a Prometheus to take them from')
    .option('--requests <expression>', 'its requests per second, one series')
    .option('--failures <expression>', 'those that fail, per second')
    .option('--since <duration>', 'how far back, 24h');
}

function addSimulate(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const simulated = program
    .command('simulate')
    .description("play a policy's rollouts with the real judge, without a server")
    .requiredOption(...fileOption, collect)
    .option('--units <number>', 'active units');
  addTraffic(addRecording(simulated))
    .option('--spread <number>', "how much units' failure rates differ (log-normal), 0.7")
    .option('--harm <what>', '+1pp, x1.5, 1in1000, unit+50pp; repeatable', collect)
    .option('--rollouts <number>', 'how many, nothing being wrong', '1000')
    .option('--seed <number>', 'the same seed gives the same rollouts', '1')
    .option('--timeline <number>', 'what is decided when in this one rollout')
    .addOption(outputOption())
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('../commands/simulate.ts');
      done(await simulate(options, terminal));
    });
}

function addCheck(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const checked = program
    .command('check')
    .description('all that can be known before the start, on one page: go or no-go')
    .requiredOption(...fileOption, collect)
    .option('--units <number>', 'active units');
  addTraffic(addRecording(checked))
    .option('--rollouts <number>', 'how many are played', '50')
    .option('--target <name>', 'target to plan for and to rehearse on, through the server')
    .option('--statements <file>', 'what the version in use runs, CSV of pg_stat_statements')
    .addOption(outputOption())
    .action(async (options: CheckOptions) => {
      const { check } = await import('../commands/check.ts');
      done(await check(options, terminal));
    });
}
