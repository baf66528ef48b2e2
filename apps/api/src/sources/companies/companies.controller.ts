import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Company, CompanyPage, CompanyQuery, CreateCompanyRequest, PatchCompanyRequest } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { CompaniesService } from './companies.service.js';

@ApiTags('companies')
@Controller('companies')
export class CompaniesController {
  constructor(private readonly companies: CompaniesService) {}

  @Get()
  @Access('companies.read')
  @ApiOperation({ summary: 'Companies by name' })
  @ApiOkResponse({ type: CompanyPage })
  page(@Query() query: CompanyQuery): Promise<CompanyPage> {
    return this.companies.page(query);
  }

  @Post()
  @Access('companies.write')
  @ApiOperation({ summary: 'Add a company' })
  @ApiCreatedResponse({ type: Company })
  create(@Body() body: CreateCompanyRequest): Promise<Company> {
    return this.companies.create(body);
  }

  @Get(':id')
  @Access('companies.read')
  @Tagged()
  @ApiOperation({ summary: 'One company' })
  @ApiOkResponse({ type: Company })
  get(@Param('id', IdPipe) id: string): Promise<Company> {
    return this.companies.get(id);
  }

  @Patch(':id')
  @Access('companies.write')
  @Versioned()
  @ApiOperation({ summary: 'Change a company' })
  @ApiOkResponse({ type: Company })
  patch(@Param('id', IdPipe) id: string, @Body() body: PatchCompanyRequest): Promise<Company> {
    return this.companies.patch(id, body);
  }
}
