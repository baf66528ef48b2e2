import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MetricChangeQuery, MetricChanges, MetricReceipt, MetricReceiptQuery, MetricRecordPage, MetricRecordQuery } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { ReceiptsService } from './receipts.service.js';

@ApiTags('metrics')
@Controller('metrics')
export class ReceiptsController {
  constructor(private readonly receipts: ReceiptsService) {}

  @Get(':key/receipt')
  @Access('metrics.read')
  @ApiOperation({ summary: 'Why a number is what it is: formula with its numbers, rows counted, rows left out each with its reason' })
  @ApiOkResponse({ type: MetricReceipt })
  receipt(@Param('key') key: string, @Query() query: MetricReceiptQuery): Promise<MetricReceipt> {
    return this.receipts.receipt(key, query);
  }

  @Get(':key/records')
  @Access('metrics.read')
  @ApiOperation({ summary: 'The rows behind a number that you may see, the latest first; format=csv gives all of them as a file' })
  @ApiOkResponse({ type: MetricRecordPage })
  async records(@Param('key') key: string, @Query() query: MetricRecordQuery): Promise<MetricRecordPage | StreamableFile> {
    if (query.format !== 'csv') return this.receipts.records(key, query);
    const file = await this.receipts.file(key, query);
    const disposition = `attachment; filename="${key}-${query.from}-${query.to}.csv"`;
    return new StreamableFile(file, { type: 'text/csv; charset=utf-8', disposition });
  }

  @Get(':key/receipt/changes')
  @Access('metrics.read')
  @ApiOperation({ summary: 'What changed in a number since an instant: rows that entered, left, or have another amount, each with its reason' })
  @ApiOkResponse({ type: MetricChanges })
  changes(@Param('key') key: string, @Query() query: MetricChangeQuery): Promise<MetricChanges> {
    return this.receipts.changes(key, query);
  }
}
