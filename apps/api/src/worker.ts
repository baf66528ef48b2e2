import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { ConfigError, readConfig } from './config/config.js';
import { endWithin } from './shutdown.js';

/** The worker process: scheduled and dirty work. Any number of them may run. */
try {
  const config = readConfig('worker', process.env);
  endWithin(config.shutdownSeconds);
  const app = await NestFactory.createApplicationContext(AppModule.of(config), { bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
