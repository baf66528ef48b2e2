import { Injectable } from '@nestjs/common';
import { type Day, DomainError, startOfDay } from '@waymark/kernel';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { currentContext } from '../../platform/request-context.js';
import { instantsOf } from '../partner-lists/list-days.js';
import { PartnerListsRepository } from '../partner-lists/partner-lists.repository.js';
import { TimelineRepository } from '../pipeline-items/timeline.repository.js';
import { scopeOf } from '../../access/permissions.js';
import { type FactRows, HistoryRepository, type ListVersionRow } from './history.repository.js';

/** Items whose history is derived by one set of statements. */
const derivedAtOnce = 20_000;

/** A partner list with all that was known of it, oldest first; people, leads and companies by external id. */
export interface PastList {
  id: string;
  item: string;
  name: string;
  owner: string;
  size: number;
  opened: Day;
  versions: { knownOn: Day; due: Day | null; sent: Day | null; closed: Day | null }[];
}

export interface PastProgramme {
  name: string;
  starts: Day;
  ends: Day;
  enrolments: { company: string; from: Day; until: Day | null }[];
}

/** History of sources that files do not bring, in sets (SRC-12): known since it happened, marked as backfilled (Q98), and taken once. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly repository: HistoryRepository,
    private readonly lists: PartnerListsRepository,
    private readonly timeline: TimelineRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Lists of leads that are there, and the contacts that stand on them. Throws `forbidden` without the capability `facts.backfill`. */
  async loadLists(lists: readonly PastList[], contacts: readonly [item: string, list: string][]): Promise<void> {
    this.assertMay();
    const { timeZone } = currentContext();
    await this.repository.insertLists(lists.map(({ id, item, opened }) => ({ id, item, opened_at: startOfDay(opened, timeZone) })));
    await this.repository.insertListVersions(lists.flatMap((list) => versionsOf(list, timeZone)));
    const touched = await this.repository.putOnLists(contacts);
    for (let from = 0; from < touched.length; from += derivedAtOnce) await this.timeline.derive(touched.slice(from, from + derivedAtOnce));
    await this.lists.tellItems(await this.repository.leadsWithLists());
    await this.note('partner_lists', lists.length);
  }

  /** Facts of one table; answers how many are new. */
  async loadFacts(facts: FactRows): Promise<number> {
    this.assertMay();
    const added = await this.repository.insertFacts(facts);
    await this.note(facts.table, added);
    return added;
  }

  async loadProgrammes(programmes: readonly PastProgramme[]): Promise<void> {
    this.assertMay();
    await this.repository.insertProgrammes([...programmes]);
    await this.note('programmes', programmes.length);
  }

  private assertMay(): void {
    if (scopeOf(currentContext().roles, 'facts.backfill') === null)
      throw new DomainError('forbidden', 'Loading history needs the capability facts.backfill.', { params: { capability: 'facts.backfill' } });
  }

  private async note(type: string, rows: number): Promise<void> {
    await this.audit.record({ action: 'facts.ingested', object: { type, id: null }, after: { rows, history: true } });
  }
}

function versionsOf(list: PastList, zone: string): ListVersionRow[] {
  return list.versions.map(({ knownOn, due, sent, closed }, place) => {
    const state = {
      name: list.name,
      ownerId: '',
      partners: list.size,
      openedOn: list.opened,
      dueOn: due,
      sentOn: sent,
      closedOn: closed,
      closedBy: null,
      note: null,
    };
    const next = list.versions[place + 1]?.knownOn;
    return {
      ...{ list: list.id, version: place + 1, name: list.name, owner: list.owner, partners: list.size, ...instantsOf(state, zone) },
      ...{ opened_on: list.opened, due_on: due, sent_on: sent, closed_on: closed },
      ...{ known_at: startOfDay(knownOn, zone), known_to: next === undefined ? null : startOfDay(next, zone) },
    };
  });
}
