import { Injectable, Logger } from '@nestjs/common';
import { limits, type MetricAuditPage, type MetricAuditQuery } from '@waymark/contracts';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { currentContext } from '../platform/request-context.js';
import { Inbox } from '../platform/messages/inbox.js';
import { ManagersService } from '../sources/people/managers.service.js';
import { MetricAuditsRepository } from './metric-audits.repository.js';
import { Recomputation } from './recomputation.service.js';

/** How many differences a finding names one by one. */
const named = 20;

/** Each night the stored sums are held against the facts: what differs is told, and put right (MET-07). */
@Injectable()
export class MetricAudits {
  private readonly logger = new Logger('metrics');

  constructor(
    registry: JobRegistry,
    private readonly recomputation: Recomputation,
    private readonly repository: MetricAuditsRepository,
    private readonly managers: ManagersService,
    private readonly inbox: Inbox,
  ) {
    registry.register({ key: 'metrics-audit', schedule: 'daily', at: '02:00', catchUp: 'latest', run: () => this.run() });
  }

  async page(query: MetricAuditQuery): Promise<MetricAuditPage> {
    const limit = query.limit ?? limits.page.default;
    const rows = await this.repository.page(decodeCursor(query.cursor, 1)?.[0] ?? null, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(({ id, audited_at, days, differences, examples }) => ({
        id,
        auditedAt: audited_at.toISOString(),
        days,
        differences,
        examples: examples.map(({ measure, owner_id, on_day, stored, rebuilt }) => ({ measure, ownerId: owner_id, onDay: on_day, stored, rebuilt })),
      })),
      nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null,
    };
  }

  private async run(): Promise<void> {
    const { days, differences } = await this.recomputation.compare();
    const id = await this.repository.keep(days, differences.length, differences.slice(0, named));
    if (differences.length === 0) return;
    this.logger.error({ tenant: currentContext().tenantId, differences: differences.length }, 'stored measures differ from the facts');
    await this.recomputation.heal(differences);
    const sentence = `${differences.length.toLocaleString('en')} stored sums were not what the facts say; they have been counted again.`;
    const admins = await this.managers.admins();
    await this.inbox.send(
      admins.map((userId) => ({
        userId,
        dedupeKey: `metrics-audit:${id}`,
        code: 'metrics.audit_found',
        params: { differences: differences.length },
        sentence,
        link: '/admin/audit',
      })),
    );
  }
}
