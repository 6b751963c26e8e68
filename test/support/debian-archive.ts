import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const name = 'crossfade-probe';
const started = '/run/crossfade-probe-was-started';

const control = `Package: ${name}
Version: 1.0
Architecture: all
Maintainer: tests <tests@localhost>
Description: a program and a service, made by the tests of Crossfade
`;

const initScript = `#!/bin/sh
### BEGIN INIT INFO
# Provides: ${name}
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
[ "$1" != start ] || touch ${started}
`;

const unit = `[Service]
ExecStart=/usr/bin/touch ${started}
[Install]
WantedBy=multi-user.target
`;

/** What debhelper writes for a package with a service. */
// As Debian's own scripts have it: without systemd there is nothing to enable, which is no failure.
const afterInstall = `#!/bin/sh
set -e
update-rc.d ${name} defaults >/dev/null
deb-systemd-helper enable ${name}.service >/dev/null || true
invoke-rc.d ${name} start || exit 1
`;
const afterRemoval = `#!/bin/sh
set -e
[ "$1" != purge ] || update-rc.d ${name} remove >/dev/null
[ "$1" != purge ] || deb-systemd-helper purge ${name}.service >/dev/null || true
`;

/** A package with a program, and a service that leaves a trace when it is started. */
export const probePackage = {
  name,
  /** There as soon as the service was started once. */
  started,
  /** By which the machine would start it from now on. */
  startLinks: (): readonly string[] => [
    ...globSync(`/etc/rc?.d/S??${name}`),
    ...globSync(`/etc/systemd/system/*.wants/${name}.service`),
  ],
};

/**
 * Builds the package and an archive around it, and returns the APT configuration that knows this
 * archive alone and has no index of it yet.
 */
export function putIntoArchive(folder: string): string {
  const tree = join(folder, 'tree');
  write(join(tree, 'DEBIAN', 'control'), control);
  write(join(tree, 'DEBIAN', 'postinst'), afterInstall, 0o755);
  write(join(tree, 'DEBIAN', 'postrm'), afterRemoval, 0o755);
  write(join(tree, 'etc', 'init.d', name), initScript, 0o755);
  write(join(tree, 'lib', 'systemd', 'system', `${name}.service`), unit);
  write(join(tree, 'usr', 'bin', name), '#!/bin/sh\necho probed\n', 0o755);
  const archive = join(folder, 'archive');
  mkdirSync(archive);
  const file = join(archive, `${name}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, file]);
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  const place = `Filename: ./${name}.deb\nSize: ${statSync(file).size}\nSHA256: ${sha256}\n`;
  write(join(archive, 'Packages'), control + place);
  return aptConfiguration(folder, archive);
}

function aptConfiguration(folder: string, archive: string): string {
  write(join(folder, 'sources.list'), `deb [trusted=yes] file:${archive} ./\n`);
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const configuration = join(folder, 'apt.conf');
  write(
    configuration,
    [
      `Dir::State::Lists "${folder}/lists";`,
      `Dir::Cache "${folder}/cache";`,
      `Dir::Etc::SourceList "${folder}/sources.list";`,
      'Dir::Etc::SourceParts "/dev/null";',
      'APT::Sandbox::User "root";',
      '',
    ].join('\n'),
  );
  return configuration;
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}
