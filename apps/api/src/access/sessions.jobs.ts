import { Injectable } from '@nestjs/common';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { OneTimeLinks } from './one-time-links.service.js';
import { OwnSessionsRepository } from './own-sessions.repository.js';

/** Each day: sessions that ended long ago are forgotten, with the addresses from which they were used. */
@Injectable()
export class SessionsJobs {
  constructor(registry: JobRegistry, sessions: OwnSessionsRepository, links: OneTimeLinks) {
    registry.register({ key: 'sessions-daily', schedule: 'daily', catchUp: 'latest', run: () => sessions.forgetOld() });
    registry.register({ key: 'one-time-links-daily', schedule: 'daily', catchUp: 'latest', run: () => links.forgetOld() });
  }
}
