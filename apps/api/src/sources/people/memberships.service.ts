import { Injectable } from '@nestjs/common';
import { type ChangeMembership, type CreateMembership, limits, type Membership, type MembershipPage, type PageQuery } from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { MembershipsRepository, type MembershipValues } from './memberships.repository.js';
import { conflictOf, namingFields } from './naming.js';
import { TeamsRepository } from './teams.repository.js';
import { UsersRepository } from './users.repository.js';

/** Who belongs to which team from when until when. What has begun is ended, never removed (Q108). */
@Injectable()
export class MembershipsService {
  constructor(
    private readonly repository: MembershipsRepository,
    private readonly teams: TeamsRepository,
    private readonly users: UsersRepository,
    private readonly audit: AuditTrail,
  ) {}

  async page(teamId: string, query: PageQuery): Promise<MembershipPage> {
    await this.assertTeam(teamId);
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.repository.of(teamId, null, keys ? { fromOn: keys[0] as string, id: keys[1] as string } : null, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.fromOn, last.id]) : null };
  }

  async get(teamId: string, id: string): Promise<Membership> {
    const [membership] = await this.repository.of(teamId, id, null, 1);
    if (!membership) throw new DomainError('not_found', 'There is no such membership.');
    return membership;
  }

  async create(teamId: string, request: CreateMembership): Promise<Membership> {
    await this.teams.lockTree();
    const team = await this.assertTeam(teamId);
    if (team.archived) throw new DomainError('conflict', 'The team is archived.');
    await this.users.lock(request.userId);
    if (!(await this.users.find(request.userId))) throw invalid([{ field: 'userId', code: 'unknown', message: 'There is no such person' }]);
    const values = { ...request, untilOn: request.untilOn ?? null, primary: request.primary ?? false };
    await this.assertSpan(teamId, values, null);
    const id = await namingFields(this.repository.insert(teamId, values));
    const after = await this.get(teamId, id);
    await this.audit.record({ action: 'membership.created', object: { type: 'membership', id }, subjectId: request.userId, after: figures(after) });
    return after;
  }

  async change(teamId: string, id: string, request: ChangeMembership): Promise<Membership> {
    const before = await this.held(teamId, id);
    const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
    const values = { ...figures(before), userId: before.user.id, ...given } as MembershipValues;
    await this.assertSpan(teamId, values, id);
    await namingFields(this.repository.update(id, values));
    const after = await this.get(teamId, id);
    const changes = changedFields(figures(before), figures(after));
    await this.audit.record({ action: 'membership.changed', object: { type: 'membership', id }, subjectId: before.user.id, ...changes });
    return after;
  }

  async remove(teamId: string, id: string): Promise<void> {
    const before = await this.held(teamId, id);
    const { now, timeZone } = currentContext();
    if (before.fromOn < dayOf(now, timeZone)) throw new DomainError('conflict', 'The membership has begun and stays in the history. End it instead.');
    await this.repository.remove(id);
    await this.audit.record({ action: 'membership.removed', object: { type: 'membership', id }, subjectId: before.user.id, before: figures(before) });
  }

  private async assertTeam(teamId: string) {
    const team = await this.teams.find(teamId);
    if (!team) throw new DomainError('not_found', 'There is no such team.');
    return team;
  }

  private async held(teamId: string, id: string): Promise<Membership> {
    await this.users.lock((await this.get(teamId, id)).user.id);
    const membership = await this.get(teamId, id);
    matchVersion(membership.version);
    return membership;
  }

  private async assertSpan(teamId: string, values: MembershipValues, except: string | null): Promise<void> {
    if (values.untilOn !== null && values.untilOn <= values.fromOn)
      throw invalid([{ field: 'untilOn', code: 'order', message: 'untilOn must be later than fromOn' }]);
    if (await this.repository.overlaps(teamId, values, except))
      throw conflictOf('fromOn', 'The person is in this team on some of these days already');
  }
}

/** What the trail keeps of a membership: ids, days and words of rules. */
function figures({ team, role, fromOn, untilOn, primary }: Membership) {
  return { teamId: team.id, role, fromOn, untilOn, primary };
}
