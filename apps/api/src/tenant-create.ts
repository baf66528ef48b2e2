import 'reflect-metadata';
import { canonicalZone } from '@waymark/kernel';
import { randomBytes } from 'node:crypto';
import { createOrganisation } from './organisation.js';
import { ownerUrl, readArguments, runTool, UsageError } from './tool-context.js';

const usage =
  'npm run tenant:create -- --slug acme --name "Acme Inc." --admin-email ada@acme.example [--admin-name Ada] [--zone Europe/Lisbon] [--currency EUR]';
const text = { type: 'string' } as const;

/** `npm run tenant:create`: a new organisation with its first administrator, whose password is printed once. */
await runTool(async () => {
  const { values, files } = readArguments(
    process.argv.slice(2),
    { slug: text, name: text, 'admin-email': text, 'admin-name': text, zone: text, currency: text },
    usage,
  );
  const slug = String(values['slug'] ?? '');
  const name = String(values['name'] ?? '').trim();
  const email = String(values['admin-email'] ?? '');
  const zone = canonicalZone(String(values['zone'] ?? 'UTC'));
  const currency = String(values['currency'] ?? 'USD');
  const mistakes = [
    !/^[a-z][a-z0-9-]{1,40}$/.test(slug) && '--slug must be 2 to 41 small letters, digits and hyphens, a letter first',
    (name === '' || name.length > 120) && '--name must have 1 to 120 characters',
    !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && '--admin-email must be an e-mail address',
    zone === null && '--zone must be a time zone such as Europe/Lisbon',
    !/^[A-Z]{3}$/.test(currency) && '--currency must be three capital letters such as EUR',
    files.length > 0 && `what is "${files[0]}"?`,
  ].filter((mistake) => mistake !== false);
  if (mistakes.length > 0 || zone === null) throw new UsageError(`${mistakes.join('\n')}\n${usage}`);
  const password = randomBytes(12).toString('base64url');
  const admin = { name: String(values['admin-name'] ?? 'Administrator'), email, password };
  try {
    await createOrganisation(ownerUrl(process.env), { slug, name, zone, currency, admin });
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'uq_tenants_slug') throw new UsageError(`There is an organisation "${slug}" already.`);
    throw error;
  }
  return `${name} is ready. Sign in with organisation "${slug}", e-mail ${email.toLowerCase()} and password ${password}`;
});
