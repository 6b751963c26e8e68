import type { FlagAct } from '../../core/protocol/flag-view.ts';
import type { AuditLog } from '../../engine/ports/audit-log.ts';

/** What the audit log calls what people do to flags. */
const actions = ['edit flag', 'put flag', 'remove flag'];

const actsShown = 100;

/** What people did to a flag; what the machine does to one is decided, and stands with its rollout. */
export class FlagActs {
  readonly #log: AuditLog;

  constructor(log: AuditLog) {
    this.#log = log;
  }

  /** Newest first. */
  async of(flag: string): Promise<readonly FlagAct[]> {
    const entries = await this.#log.about(flag, actions, actsShown);
    return entries.map(({ at, actor, action, detail }) => ({ at, actor, action, detail }));
  }
}
