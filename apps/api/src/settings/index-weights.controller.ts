import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeIndexWeights, IndexWeights } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { IndexWeightsService } from './index-weights.service.js';

@ApiTags('settings')
@Controller('index-weights')
export class IndexWeightsController {
  constructor(private readonly weights: IndexWeightsService) {}

  @Get()
  @Access('organisation.read')
  @Tagged()
  @ApiOperation({ summary: 'How much calls, agreements, lists and sales count in the performance index' })
  @ApiOkResponse({ type: IndexWeights })
  get(): Promise<IndexWeights> {
    return this.weights.get();
  }

  @Patch()
  @Access('settings.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change weights of the performance index; the index of past instants keeps the weights of then. Not all may be 0' })
  @ApiOkResponse({ type: IndexWeights })
  change(@Body() body: ChangeIndexWeights): Promise<IndexWeights> {
    return this.weights.change(body);
  }
}
