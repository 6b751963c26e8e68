import type { InstanceList } from '../../core/protocol/instance-list.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { formatted, isForPerson, type OutputForm, show, type Shown } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { instancesText } from '../views/instances-text.ts';
import { watch } from '../watch.ts';

export interface InstancesOptions {
  readonly watch?: boolean;
  readonly timeout?: string;
  readonly output?: OutputForm;
}

/** Who is there, with versions and revisions; stragglers are marked. */
export async function instances(
  service: string | undefined,
  { watch: follows, timeout, output }: InstancesOptions,
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const look = () => client.instances(service);
  if (follows !== true) {
    show(output, shownOf(await look()), terminal);
    return exitStatus.ok;
  }
  const picture = (list: InstanceList) => ({
    text: formatted(output, shownOf(list)),
    key: JSON.stringify(list.instances.map(still)),
  });
  const redraws = terminal.interactive && isForPerson(output);
  const late = `${timeout ?? ''} are over`;
  return watch({ look, picture, end: () => null, late }, { timeout, redraws }, terminal);
}

function shownOf(list: InstanceList): Shown {
  return {
    data: list,
    table: () => instancesText(list),
    wide: () => instancesText(list, true),
    names: () => list.instances.map(({ service, instance }) => `instance/${service}/${instance}`),
  };
}

/** That it was heard of again is no news. */
function still(instance: InstanceList['instances'][number]) {
  const { lastSeenAt: _, ...rest } = instance;
  return rest;
}
