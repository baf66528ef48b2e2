import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { LoggerModule } from 'nestjs-pino';
import { AccessModule } from './access/access.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { loggerOptions } from './platform/http/logger.js';
import { PlatformModule } from './platform/platform.module.js';
import { stages } from './stages.js';

/** The house: platform and access first, then the stages in the order in which the data walks through them. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        LoggerModule.forRoot(loggerOptions(config)),
        ScheduleModule.forRoot(),
        PlatformModule,
        AccessModule,
        ...stages,
      ],
    };
  }
}
