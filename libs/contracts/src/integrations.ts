import { ApiProperty } from '@nestjs/swagger';
import { ChoicesField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd } from './paging.js';
import { Named } from './values.js';

/** What a key may be made for (Q107). `facts:read` alone is the read-only key. */
export const apiKeyScopes = ['facts:read', 'facts:write'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

export const apiKeyStates = ['active', 'revoked', 'expired', 'creator_inactive'] as const;
export type ApiKeyState = (typeof apiKeyStates)[number];

/** A key of another system. It acts for the person who made it, with that person's rights of the moment, narrowed to its scopes. */
export class ApiKey {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty({ description: 'How the key begins', example: 'wmk_4fT0aQ2x' })
  hint!: string;

  @ApiProperty({ enum: apiKeyScopes, isArray: true })
  scopes!: ApiKeyScope[];

  @ApiProperty({ enum: apiKeyStates, description: 'Only active keys work; those of a person who was deactivated do not' })
  state!: ApiKeyState;

  @ApiProperty({ type: () => Named })
  createdBy!: Named;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Written at most once a minute' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  revokedAt!: string | null;
}

export class ApiKeyPage extends PageEnd {
  @ApiProperty({ type: () => [ApiKey] })
  items!: ApiKey[];
}

export class CreateApiKey {
  @TextField({ max: limits.name, about: 'What the key is for', example: 'Nightly CRM sync' })
  label!: string;

  @ChoicesField(apiKeyScopes, { about: 'facts:read alone makes a read-only key', example: ['facts:read'] })
  scopes!: ApiKeyScope[];

  @IntegerField({ min: 1, max: 365, about: 'Days until the key ends', example: 90 })
  expiresInDays!: number;
}

/** A new key. This is the only answer that holds the key itself. */
export class CreatedApiKey extends ApiKey {
  @ApiProperty({ type: String, nullable: true, description: 'The key. Shown once: null when the same request is repeated' })
  token!: string | null;
}
