import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { appendFile } from 'node:fs/promises';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { AuditLogRepository } from './audit-log.repository.js';

const hour = 3_600_000;

/**
 * Notes the end of every chain outside of the database, each hour: whoever may rewrite the database could rewrite a whole chain, but not what the log
 * or the file already holds. `npm run audit:verify -- --anchors <file>` compares.
 */
@Injectable()
export class AuditAnchors {
  private readonly logger = new Logger('audit');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly units: UnitOfWork,
    private readonly repository: AuditLogRepository,
  ) {}

  @Interval(hour)
  async hourly(): Promise<void> {
    if (this.config.role !== 'worker') return;
    await this.note().catch((error: unknown) => this.logger.warn({ error }, 'the ends of the audit chains could not be noted'));
  }

  /** One line per organisation that has a chain. Answers how many. */
  async note(): Promise<number> {
    const { rows } = await this.database.pool.query<{ id: string }>('select id from app.list_tenants()');
    let noted = 0;
    for (const { id } of rows) {
      const head = await this.units.run({ tenantId: id, readOnly: true, whenSuspended: true }, () => this.repository.head());
      if (!head) continue;
      const line = { audit_anchor: { tenant: id, seq: head.seq, hash: head.hash } };
      this.logger.log(line);
      if (this.config.auditAnchorFile) await appendFile(this.config.auditAnchorFile, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      noted += 1;
    }
    return noted;
  }
}
