import { Injectable } from '@nestjs/common';
import {
  type CorrectPartnerList,
  type CreatePartnerList,
  limits,
  type PartnerListDetail,
  type PartnerListPage,
  type PartnerListQuery,
} from '@waymark/contracts';
import { dayOf, DomainError, startOfDay } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { AuditTrail, changedFields } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { type ListState, listState } from './list-days.js';
import { PartnerListsRepository } from './partner-lists.repository.js';

/** Partner lists that leads gave: agreed, due, sent (SRC-04). A correction is a new version, so that a moved due day keeps its history (Q84). */
@Injectable()
export class PartnerListsService {
  constructor(
    private readonly repository: PartnerListsRepository,
    private readonly visibility: Visibility,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: PartnerListQuery): Promise<PartnerListPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.page({
      owners: await this.visibility.visibleOwners('deals.read'),
      ownerId: query.ownerId ?? null,
      itemId: query.itemId ?? null,
      state: query.state ?? null,
      after,
      limit: limit + 1,
      today: today().at,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
  }

  async get(id: string): Promise<PartnerListDetail> {
    const list = await this.repository.find(id, today().at);
    if (!list) throw unknownList();
    await this.visibility.assertSees('deals.read', list.owner.id);
    return { ...list, dueHistory: await this.repository.dueHistory(id) };
  }

  async create(request: CreatePartnerList): Promise<PartnerListDetail> {
    const item = await this.repository.ownerOfItem(request.itemId);
    if (!item || !(await this.reaches(item.ownerId)))
      throw invalid([{ field: 'itemId', code: 'unknown', message: 'There is no such lead, or you may not change it' }]);
    if (item.partner)
      throw invalid([{ field: 'itemId', code: 'partner', message: 'This is a contact of a partner list itself; lists come from leads' }]);
    if (request.externalId !== undefined && (await this.repository.hasExternalId(request.externalId)))
      throw new DomainError('conflict', `There is a partner list with the external id "${request.externalId}".`);
    const day = today().on;
    const openedOn = [day, request.partnerListSentDate, request.closedOn].filter((one) => typeof one === 'string').sort()[0] as string;
    const nothing = { partners: null, dueOn: null, sentOn: null, closedOn: null, closedBy: null, note: null } as const;
    const list = listState({ ...nothing, name: item.name, ownerId: item.ownerId, openedOn }, request, day);
    await this.assertOwner(list.ownerId);
    const id = await this.repository.insert(request.itemId, request.externalId ?? null);
    await this.repository.write(id, list, 1);
    await this.repository.tellItems([request.itemId]);
    await this.audit.record({ action: 'partner_list.created', object: { type: 'partner_list', id }, subjectId: list.ownerId, after: trailOf(list) });
    return this.get(id);
  }

  async correct(id: string, request: CorrectPartnerList): Promise<PartnerListDetail> {
    const before = await this.repository.lock(id);
    if (!before || !(await this.reaches(before.ownerId))) throw unknownList();
    matchVersion(before.version);
    const list = listState(before, request, today().on);
    if (request.ownerId !== undefined) await this.assertOwner(request.ownerId);
    await this.repository.write(id, list, before.version + 1);
    await this.repository.tellItems([before.itemId]);
    const changes = changedFields(trailOf(before), trailOf(list));
    await this.audit.record({ action: 'partner_list.corrected', object: { type: 'partner_list', id }, subjectId: list.ownerId, ...changes });
    return this.get(id);
  }

  private async reaches(ownerId: string): Promise<boolean> {
    const owners = await this.visibility.visibleOwners('deals.write');
    return owners === null || owners.includes(ownerId);
  }

  private async assertOwner(ownerId: string): Promise<void> {
    if (!(await this.reaches(ownerId)) || !(await this.repository.personExists(ownerId)))
      throw invalid([{ field: 'ownerId', code: 'unknown', message: 'There is no such person, or you may not record for them' }]);
  }
}

/** Today in the zone of the organisation, and the instant at which it began. */
function today(): { on: string; at: Date } {
  const { now, timeZone } = currentContext();
  const on = dayOf(now, timeZone);
  return { on, at: startOfDay(on, timeZone) };
}

/** What the trail keeps: days and figures, no names (Q125). */
function trailOf({ ownerId, partners, openedOn, dueOn, sentOn, closedOn }: ListState) {
  return { ownerId, partners, openedOn, dueOn, sentOn, closedOn };
}

function unknownList(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}
