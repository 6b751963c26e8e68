import { Argument, Option, type Command } from 'commander';
import { type EmitTool, emitTools } from '../../core/schema-migration/emit/emitted-file.ts';
import { doctor, type DoctorOptions } from '../commands/doctor.ts';
import { drift, type DriftOptions } from '../commands/drift.ts';
import { emit, type EmitOptions } from '../commands/emit.ts';
import { info, type InfoOptions } from '../commands/info.ts';
import { rehearse, type RehearseOptions } from '../commands/rehearse.ts';
import { migrate, type MigrateOptions } from '../commands/migrate.ts';
import { targetCheck, type TargetCheckOptions } from '../commands/target-check.ts';
import { targetGrants, type TargetGrantsOptions } from '../commands/target-grants.ts';
import type { Terminal } from '../terminal.ts';
import { collect, fileOption, outputOption, targetOption } from './shared-options.ts';

/** Verbs for what is carried out on a target, and for looking at one. */
export function addTargetVerbs(
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
    .command('drift')
    .description('show what others have changed under living rollouts, or take it for good')
    .requiredOption(...targetOption)
    .option('--accept <name>', 'take what has changed under this schema migration')
    .addOption(outputOption())
    .action(async (options: DriftOptions) => done(await drift(options, terminal)));
  program
    .command('migrate')
    .description('carry out schema migrations at once, where no rollout is wanted')
    .option(...fileOption, collect)
    .requiredOption(...targetOption)
    .option('--direct', 'all parts at once, without a rollout; refused by protected targets')
    .option('--baseline', 'carry out nothing: the target has the new shape already')
    .option('--abandon <name>', 'give up what was begun by --direct: the old shape alone again')
    .option('--timeout <duration>', 'stop waiting after this long, such as 10m')
    .addOption(outputOption())
    .action(async (options: MigrateOptions) => done(await migrate(options, terminal)));
  program
    .command('rehearse')
    .description('try schema migrations on copies of their tables: up, down, up and to the end')
    .requiredOption(...fileOption, collect)
    .requiredOption(...targetOption)
    .option('--statements <csv>', 'what the version in use runs; pg_stat_statements, if not given')
    .option('--timeout <duration>', 'stop waiting after this long, such as 10m')
    .addOption(outputOption())
    .action(async (options: RehearseOptions) => done(await rehearse(options, terminal)));
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
  addLooksAtTargets(program, terminal, done);
}

function addLooksAtTargets(
  program: Command,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  program
    .command('doctor')
    .description('look at all that a rollout stands on, row by row; exits 4 while one is at fault')
    .option('-f, --file <path>', 'policies to look at; all applied ones, if not given', collect)
    .option('--target <name>', 'this target alone, and the policies for it')
    .addOption(outputOption())
    .action(async (options: DoctorOptions) => done(await doctor(options, terminal)));
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
