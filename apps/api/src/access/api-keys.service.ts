import { Injectable } from '@nestjs/common';
import { type ApiKey, type ApiKeyPage, type ApiKeyScope, type CreateApiKey, type CreatedApiKey, limits, type PageQuery } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { randomUUID } from 'node:crypto';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { apiKeyHint, newApiKey } from './api-key-token.js';
import { type ApiKeyRow, ApiKeysRepository } from './api-keys.repository.js';
import { scopeOf, scopesOfKeys } from './permissions.js';
import { hashToken } from './tokens.js';

const mostKeys = 100;

/** Makes, lists and ends keys of other systems (PLAT-06). The key itself is in the answer to its making and nowhere else. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: PageQuery): Promise<ApiKeyPage> {
    const limit = query.limit ?? limits.page.default;
    const [createdAt = '', id = ''] = decodeCursor(query.cursor, 2) ?? [];
    const rows = await this.repository.page(query.cursor === undefined ? null : { createdAt, id }, limit + 1);
    const items = rows.slice(0, limit).map(told);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.createdAt, last.id]) : null };
  }

  async create(request: CreateApiKey): Promise<CreatedApiKey> {
    const scopes = [...request.scopes].sort();
    if (scopes.length === 0) throw invalid([{ field: 'scopes', code: 'required', message: 'scopes must name at least one scope' }]);
    const lacking = scopes.find((scope) => !holdsAll(scope));
    if (lacking) throw new DomainError('forbidden', `You cannot give away ${lacking}: you may not do all of it yourself.`);
    if ((await this.repository.living()) >= mostKeys)
      throw new DomainError('conflict', `The organisation has ${mostKeys} living keys. Revoke some that are not used.`);
    const id = randomUUID();
    const token = newApiKey({ tenantId: currentContext().tenantId, keyId: id });
    await this.repository.create({ id, label: request.label.trim(), hash: hashToken(token), scopes, days: request.expiresInDays });
    const key = await this.get(id);
    await this.audit.record({ action: 'apiKey.created', object: { type: 'apiKey', id }, after: { scopes, expiresAt: key.expiresAt } });
    return { ...key, token };
  }

  /** Ends a key at its next request. Once more changes nothing. */
  async revoke(id: string): Promise<void> {
    await this.get(id);
    const revoked = await this.repository.revoke(id);
    await this.audit.record({ action: 'apiKey.revoked', object: { type: 'apiKey', id }, ...(!revoked && { after: { already: true } }) });
  }

  private async get(id: string): Promise<ApiKey> {
    const found = await this.repository.find(id);
    if (!found) throw new DomainError('not_found', 'There is no such API key.');
    return told(found);
  }
}

const told = (row: ApiKeyRow): ApiKey => ({ ...row, hint: apiKeyHint(row.id) });

/** Whether the person may do everything that the scope opens. */
function holdsAll(scope: ApiKeyScope): boolean {
  const { roles, locked } = currentContext();
  return scopesOfKeys[scope].every((capability) => scopeOf(roles, capability, locked) !== null);
}
