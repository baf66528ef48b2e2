import 'reflect-metadata';
import { checkDatabase } from './database/check.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage = 'npm run database:check';

/** `npm run database:check`: whether a database, a restored one above all, is whole. Ends with 1 and every fault when it is not. */
await runTool(async () => {
  if (readArguments(process.argv.slice(2), {}, usage).files.length > 0) throw new UsageError(usage);
  const { organisations, auditLines, faults } = await checkDatabase(ownerUrl(process.env));
  const chains = auditLines === null ? 'audit trails not looked at (npm run audit:verify does)' : `${auditLines} lines of audit trails`;
  const seen = `${organisations} organisations, ${chains}`;
  if (faults.length > 0) throw new UsageError([`${seen}; NOT whole:`, ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return `${seen}; schema, isolation, indexes${auditLines === null ? '' : ' and audit chains'} are whole.`;
});
