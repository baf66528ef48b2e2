import { Injectable } from '@nestjs/common';
import type { ChangeTeam, CreateTeam, TeamDetail } from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { conflictOf, namingFields, unlessUsed } from './naming.js';
import { TeamsRepository, type TeamValues } from './teams.repository.js';

/** Deepest tree of teams, in levels; as far as the search for a manager goes. */
const mostLevels = 40;

/** The tree of teams (Q108). A team that was used stays; it is archived. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly repository: TeamsRepository,
    private readonly audit: AuditTrail,
  ) {}

  async get(id: string): Promise<TeamDetail> {
    const team = await this.repository.find(id);
    if (!team) throw new DomainError('not_found', 'There is no such team.');
    return team;
  }

  async create(request: CreateTeam): Promise<TeamDetail> {
    await this.repository.lockTree();
    if (request.parentId) await this.assertPlace(request.parentId, null);
    const id = await namingFields(this.repository.insert(valuesOf(request)));
    await this.audit.record({ action: 'team.created', object: { type: 'team', id }, after: { parentId: request.parentId ?? null } });
    return this.get(id);
  }

  async change(id: string, request: ChangeTeam): Promise<TeamDetail> {
    const before = await this.held(id);
    const moved = request.parentId !== undefined && request.parentId !== before.parentId;
    if (moved && request.parentId) await this.assertPlace(request.parentId, id);
    const values = valuesOf(request);
    if (request.archived !== undefined && request.archived !== before.archived) {
      const { now, timeZone } = currentContext();
      if (request.archived && (await this.repository.isInUse(id, dayOf(now, timeZone))))
        throw conflictOf('archived', 'End the memberships and archive the teams below first');
      values['archived_at'] = request.archived ? now : null;
    }
    await namingFields(this.repository.update(id, values));
    const after = await this.get(id);
    await this.audit.record({ action: moved ? 'team.moved' : 'team.changed', object: { type: 'team', id }, ...changedFields(before, after) });
    return after;
  }

  async remove(id: string): Promise<void> {
    await this.held(id);
    await this.audit.record({ action: 'team.removed', object: { type: 'team', id } });
    await unlessUsed(this.repository.remove(id), 'The team has been used. Archive it instead.');
  }

  private async held(id: string): Promise<TeamDetail> {
    await this.repository.lockTree();
    const team = await this.get(id);
    matchVersion(team.version);
    return team;
  }

  /** The team above must exist, be in use, not lie below the moved team, and leave the tree no deeper than allowed. */
  private async assertPlace(parentId: string, movedId: string | null): Promise<void> {
    const above = await this.repository.pathUp(parentId);
    if (above.length === 0) throw invalid([{ field: 'parentId', code: 'unknown', message: 'There is no such team' }]);
    if ((await this.get(parentId)).archived) throw conflictOf('parentId', 'The team above is archived');
    if (movedId !== null && above.includes(movedId)) throw conflictOf('parentId', 'A team cannot lie below itself');
    const height = movedId === null ? 1 : await this.repository.height(movedId);
    if (above.length + height > mostLevels) throw conflictOf('parentId', `Teams may be nested ${mostLevels} levels deep`);
  }
}

function valuesOf({ name, category, externalId, parentId }: ChangeTeam): TeamValues {
  const given = { name, category, external_id: externalId, parent_id: parentId };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as TeamValues;
}
