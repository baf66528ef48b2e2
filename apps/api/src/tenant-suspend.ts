import 'reflect-metadata';
import { suspendOrganisation } from './organisation.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage = 'npm run tenant:suspend -- --tenant acme, and back: npm run tenant:resume -- --tenant acme';

/** `npm run tenant:suspend` and `tenant:resume`: nobody gets in and nothing runs for the organisation; its data stays. */
await runTool(async () => {
  const { values, files } = readArguments(process.argv.slice(2), { tenant: { type: 'string' }, resume: { type: 'boolean' } }, usage);
  if (!values['tenant'] || files.length > 0) throw new UsageError(usage);
  const slug = String(values['tenant']);
  const suspended = values['resume'] !== true;
  const outcome = await suspendOrganisation(ownerUrl(process.env), slug, suspended);
  if (outcome === 'unknown') throw new UsageError(`There is no organisation "${slug}".`);
  if (outcome === 'unchanged') return `${slug} ${suspended ? 'was suspended already' : 'was not suspended'}. Nothing changed.`;
  return suspended
    ? `${slug} is suspended: from their next request its people are refused, and no job runs for it. npm run tenant:resume -- --tenant ${slug} ends that.`
    : `${slug} works again. Jobs that were missed run by their own rules.`;
});
