import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyPage, CreateApiKey, CreatedApiKey, PageQuery } from '@waymark/contracts';
import { IdPipe } from '../platform/http/id.pipe.js';
import { Access } from './access.decorator.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('api keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Get()
  @Access('integrations.manage')
  @ApiOperation({ summary: 'Keys of other systems, newest first, also those that have ended; never the key itself' })
  @ApiOkResponse({ type: ApiKeyPage })
  page(@Query() query: PageQuery): Promise<ApiKeyPage> {
    return this.keys.page(query);
  }

  @Post()
  @Access('integrations.manage', { toldOnce: 'token' })
  @ApiOperation({ summary: 'Make a key that acts for you within its scopes. Send it as `Authorization: Bearer wmk_...`; it is shown once' })
  @ApiCreatedResponse({ type: CreatedApiKey })
  @ApiConflictResponse({ description: 'The organisation has as many keys as it may have' })
  create(@Body() body: CreateApiKey): Promise<CreatedApiKey> {
    return this.keys.create(body);
  }

  @Delete(':id')
  @Access('integrations.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key: it is refused from its next request on' })
  @ApiNoContentResponse()
  revoke(@Param('id', IdPipe) id: string): Promise<void> {
    return this.keys.revoke(id);
  }
}
