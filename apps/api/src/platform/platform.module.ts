import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit/audit-trail.js';
import { ServerClock } from './clock/server-clock.js';
import { Database } from './database/database.js';
import { Db } from './database/db.js';
import { UnitOfWork } from './database/unit-of-work.js';
import { Features } from './features/features.js';
import { Idempotency } from './idempotency.js';
import { JobQueue } from './jobs/job-queue.js';
import { JobRegistry } from './jobs/job-registry.js';
import { JobRunner } from './jobs/job-runner.js';
import { RequestLimits } from './limits/request-limits.js';
import { SharedLimits } from './limits/shared-limits.js';
import { Listener } from './live/listener.js';
import { LiveHub } from './live/live-hub.js';
import { LivePublisher } from './live/live-publisher.js';
import { Inbox } from './messages/inbox.js';
import { MailRelay } from './messages/mail-relay.js';
import { MailTransport } from './messages/mail-transport.js';
import { Outbox } from './messages/outbox.js';
import { OutboxRepository } from './messages/outbox.repository.js';
import { Outgoing } from './outgoing/outgoing.js';
import { Figures } from './health/figures.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';

const shared = [
  AuditTrail,
  Database,
  Db,
  Features,
  Idempotency,
  UnitOfWork,
  JobRegistry,
  JobQueue,
  JobRunner,
  Listener,
  LiveHub,
  LivePublisher,
  Inbox,
  Outbox,
  Outgoing,
  SharedLimits,
  RequestLimits,
  ServerClock,
];

/** What has no business meaning: connections, units of work, jobs, live events, messages, health. */
@Global()
@Module({
  providers: [...shared, OutboxRepository, MailTransport, MailRelay, Figures, HealthService],
  controllers: [HealthController],
  exports: shared,
})
export class PlatformModule {}
