import { AuditLog } from '../../src/engine/ports/audit-log.ts';

/** Nobody has done anything, and what is done is not kept. */
export class MemoryAuditLog extends AuditLog {
  override async append(): Promise<void> {}

  override async about(): Promise<readonly never[]> {
    return [];
  }

  override async read(): Promise<readonly never[]> {
    return [];
  }
}
