import { Body, Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ErasureResult, EraseRequest } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { currentContext } from '../platform/request-context.js';
import { Erasure } from './erasure.service.js';
import { PersonExport } from './person-export.service.js';

const archive = { content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } };

@ApiTags('privacy')
@Controller()
export class PrivacyController {
  constructor(
    private readonly exports: PersonExport,
    private readonly erasure: Erasure,
  ) {}

  @Get('me/export')
  @Access('session.own')
  @ApiOperation({ summary: 'Everything stored about oneself: JSON and CSV in a zip, with the logic of the gates in words; other people are masked' })
  @ApiOkResponse(archive)
  async own(): Promise<StreamableFile> {
    return file(await this.exports.of(currentContext().userId as string), 'my-data.zip');
  }

  @Get('users/:id/export')
  @Access('people.privacy')
  @ApiOperation({ summary: 'Everything stored about a person, as that person would get it; the audit trail notes it' })
  @ApiOkResponse(archive)
  async person(@Param('id', IdPipe) id: string): Promise<StreamableFile> {
    return file(await this.exports.of(id), `person-${id}.zip`);
  }

  @Post('users/:id/erasure')
  @Access('people.privacy')
  @HttpCode(200)
  @ApiOperation({ summary: 'Erase a person for good: facts stay under a pseudonym, the rest is overwritten or removed. Cannot be taken back' })
  @ApiOkResponse({ type: ErasureResult })
  erase(@Param('id', IdPipe) id: string, @Body() request: EraseRequest): Promise<ErasureResult> {
    return this.erasure.erase(id, request);
  }
}

function file(content: Buffer, name: string): StreamableFile {
  return new StreamableFile(content, { type: 'application/zip', disposition: `attachment; filename="${name}"`, length: content.length });
}
