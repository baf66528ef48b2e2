import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { parseArgs } from 'node:util';
import { AppModule } from './app.module.js';
import { ConfigError, readConfig } from './config/config.js';

/** Something that the person at the terminal can put right; printed without a stack. */
export class UsageError extends Error {}

/** Address of the database for its owner: creating and removing organisations is not for the application's own logins. */
export function ownerUrl(env: NodeJS.ProcessEnv): string {
  const url = env['DATABASE_URL'];
  if (!url) throw new UsageError('DATABASE_URL must be the address of the database for its owner.');
  return url;
}

/** Options and file names of a command line. Throws UsageError with `usage` for what it does not know. */
export function readArguments(args: string[], options: Record<string, { type: 'string' | 'boolean' }>, usage: string) {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, files: positionals };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
}

/** Runs `work` with the application of a command-line tool: no HTTP, no schedules. */
export async function withTool<T>(env: NodeJS.ProcessEnv, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const app = await NestFactory.createApplicationContext(AppModule.of(readConfig('tool', { LOG_LEVEL: 'warn', ...env })), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** Runs a command: prints what it answers, ends the process with 1 and a sentence when it fails. */
export async function runTool(command: () => Promise<string>): Promise<void> {
  try {
    console.log(await command());
    process.exit(0);
  } catch (error) {
    console.error(error instanceof UsageError || error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}
