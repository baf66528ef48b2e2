import { Injectable } from '@nestjs/common';
import type { ChangeUser, CreateUser, UserDetail, UserRoles } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { scopeOf } from '../../access/permissions.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { currentContext } from '../../platform/request-context.js';
import { ManagersService } from './managers.service.js';
import { namingFields, unlessUsed } from './naming.js';
import { type Person, type PersonValues, UsersRepository } from './users.repository.js';

const lastAdmin = 'This is the last active admin. Make somebody else admin first.';

/** People as administrators keep them (PLAT-04). Every change of rights takes effect at the next request. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly managers: ManagersService,
    private readonly audit: AuditTrail,
  ) {}

  async get(id: string): Promise<UserDetail> {
    const person = await this.found(id);
    const { roles, userId, locked } = currentContext();
    const above = (await this.managers.of([id])).get(id);
    const manager = above ? { id: above.manager_id, name: above.manager_name } : null;
    const open = userId === id || scopeOf(roles, 'people.manage', locked) === 'tenant';
    return { ...person, email: open ? person.email : null, manager, memberships: await this.repository.memberships(id) };
  }

  async create(request: CreateUser): Promise<UserDetail> {
    const roles = request.roles ?? ['member'];
    const id = await namingFields(this.repository.insert(valuesOf(request)));
    await this.repository.setRoles(id, roles);
    await this.audit.record({ action: 'user.created', object: { type: 'user', id }, subjectId: id, after: { roles } });
    return this.get(id);
  }

  async change(id: string, request: ChangeUser): Promise<UserDetail> {
    const before = await this.held(id);
    if (before.roles.includes('admin') && (request.status === 'disabled' || request.serviceAccount === true)) await this.assertNotLast(before);
    const values = valuesOf(request);
    await namingFields(this.repository.update(id, values));
    const moved = request.status !== undefined && request.status !== before.status;
    await this.audit.record({
      action: moved ? (request.status === 'disabled' ? 'user.deactivated' : 'user.reactivated') : 'user.changed',
      object: { type: 'user', id },
      subjectId: id,
      before: { status: before.status },
      after: { status: request.status ?? before.status, fields: Object.keys(values) },
    });
    return this.get(id);
  }

  async setRoles(id: string, { roles }: UserRoles): Promise<UserDetail> {
    const before = await this.held(id);
    if (before.roles.includes('admin') && !roles.includes('admin')) await this.assertNotLast(before);
    await this.repository.setRoles(id, roles);
    const after = [...roles].sort();
    await this.audit.record({
      action: 'user.roles_changed',
      object: { type: 'user', id },
      subjectId: id,
      before: { roles: before.roles },
      after: { roles: after },
    });
    return this.get(id);
  }

  /** Removes somebody whom nothing mentions; everybody else is deactivated. */
  async remove(id: string): Promise<void> {
    const person = await this.held(id);
    if (person.roles.includes('admin')) await this.assertNotLast(person);
    await this.audit.record({ action: 'user.removed', object: { type: 'user', id } });
    await unlessUsed(this.repository.remove(id), 'Something refers to this person already. Deactivate instead.');
  }

  private async found(id: string): Promise<Person> {
    const person = await this.repository.find(id);
    if (!person) throw new DomainError('not_found', 'There is no such person.');
    return person;
  }

  /** The person under locks, in the version that the change was made for. Admins' lock first: always the same order. */
  private async held(id: string): Promise<Person> {
    await this.repository.lockAdmins();
    await this.repository.lock(id);
    const person = await this.found(id);
    matchVersion(person.version);
    return person;
  }

  /** Q103: an organisation always has an admin who can sign in. */
  private async assertNotLast({ id, status }: Person): Promise<void> {
    if (status === 'active' && !(await this.repository.hasOtherAdmin(id))) throw new DomainError('conflict', lastAdmin);
  }
}

const columns: Record<string, string> = {
  name: 'name',
  email: 'email',
  externalId: 'external_id',
  startedOn: 'started_on',
  workPercent: 'work_percent',
  serviceAccount: 'service_account',
  status: 'status',
};

function valuesOf(request: ChangeUser): PersonValues {
  const given = request as Record<string, string | number | boolean | null | undefined>;
  const values: PersonValues = {};
  for (const [field, column] of Object.entries(columns)) {
    const value = given[field];
    if (value !== undefined) values[column] = field === 'email' && typeof value === 'string' ? value.toLowerCase() : value;
  }
  return values;
}
