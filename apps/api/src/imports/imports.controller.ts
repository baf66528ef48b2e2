import { Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindingQuery, Import, ImportFindingPage, ImportInspection, ImportPage, ImportPresetPage, limits, PageQuery } from '@waymark/contracts';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { ImportsService } from './imports.service.js';

const file = { type: 'string', format: 'binary' } as const;

@ApiTags('imports')
@Controller()
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly units: UnitOfWork,
  ) {}

  @Get('import-mappings')
  @Access('imports.run')
  @ApiOperation({ summary: 'Mappings that ship with the product' })
  @ApiOkResponse({ type: ImportPresetPage })
  mappings(): ImportPresetPage {
    return this.imports.presets();
  }

  @Post('imports')
  @Access('imports.run', { ownUnits: true })
  @HttpCode(202)
  @ApiOperation({ summary: 'Import a CSV file or a workbook (.xlsx); the worker reads it. Send mapping and dryRun before the file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['mapping', 'file'],
      properties: {
        mapping: { type: 'string', description: 'Key of a preset or a JSON mapping' },
        dryRun: { type: 'string', enum: ['true', 'false'] },
        allOrNothing: { type: 'string', enum: ['true', 'false'], description: 'true: nothing is imported when a row is not in order' },
        file,
      },
    },
  })
  @ApiAcceptedResponse({ type: Import })
  async start(@Req() request: FastifyRequest): Promise<Import> {
    const part = await filePart(request);
    const field = (name: string) => {
      const value = part.fields[name];
      return value && 'value' in value ? String(value.value) : undefined;
    };
    if (field('mapping') === undefined) throw invalid([{ field: 'mapping', code: 'required', message: 'Send mapping before the file' }]);
    const { tenantId, userId, roles } = currentContext();
    const asked = { dryRun: field('dryRun') === 'true', allOrNothing: field('allOrNothing') === 'true' };
    const upload = { fileName: part.filename, content: part.file, mapping: field('mapping'), ...asked };
    const id = await this.imports.receive(upload, userId as string, roles);
    return this.units.run({ tenantId, readOnly: true }, () => this.imports.get(id));
  }

  @Post('imports/inspect')
  @Access('imports.run', { ownUnits: true, unaudited: 'looks at a file, keeps nothing' })
  @ApiOperation({ summary: 'Columns, first rows and a fitting mapping of a CSV file or a workbook. Send sheet before the file' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { sheet: { type: 'string', description: 'Of a workbook; the first that can be seen unless told' }, file },
    },
  })
  @ApiCreatedResponse({ type: ImportInspection })
  async inspect(@Req() request: FastifyRequest): Promise<ImportInspection> {
    const part = await filePart(request);
    const sheet = part.fields['sheet'];
    return this.imports.inspect(part.file, sheet && 'value' in sheet ? String(sheet.value).slice(0, 300) : undefined);
  }

  @Get('imports')
  @Access('imports.run')
  @ApiOperation({ summary: 'Imports, newest first' })
  @ApiOkResponse({ type: ImportPage })
  list(@Query() page: PageQuery): Promise<ImportPage> {
    return this.imports.list(page.cursor, page.limit ?? limits.page.default);
  }

  @Get('imports/:id')
  @Access('imports.run')
  @ApiOperation({ summary: 'State, progress and counts of an import' })
  @ApiOkResponse({ type: Import })
  get(@Param('id', IdPipe) id: string): Promise<Import> {
    return this.imports.get(id);
  }

  @Get('imports/:id/findings')
  @Access('imports.run')
  @ApiOperation({ summary: 'What was not taken as it stood, line by line; format=csv gives all of it as a file' })
  @ApiOkResponse({ type: ImportFindingPage })
  async findings(@Param('id', IdPipe) id: string, @Query() query: FindingQuery): Promise<ImportFindingPage | StreamableFile> {
    if (query.format !== 'csv') return this.imports.findings(id, query);
    const type = 'text/csv; charset=utf-8';
    const disposition = 'attachment; filename="import-findings.csv"';
    return new StreamableFile(await this.imports.findingsFile(id, query.severity), { type, disposition });
  }

  @Post('imports/:id/cancel')
  @Access('imports.run')
  @ApiOperation({ summary: 'Stop an import; nothing of it will have been written' })
  @ApiCreatedResponse({ type: Import })
  cancel(@Param('id', IdPipe) id: string): Promise<Import> {
    return this.imports.cancel(id);
  }
}

async function filePart(request: FastifyRequest) {
  if (!request.isMultipart()) throw invalid([{ field: 'file', code: 'required', message: 'Send the file as multipart/form-data' }]);
  const part = await request.file();
  if (!part) throw invalid([{ field: 'file', code: 'required', message: 'The message holds no file' }]);
  return part;
}
