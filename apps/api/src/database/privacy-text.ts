import { classification } from './classification.js';

const head = `# Record of processing

Written from \`apps/api/src/database/classification.ts\`; a spec fails when this page and the tables differ. Write it anew with
\`PRIVACY=write npm run jest -- apps/api/src/database/classification\`.

Recipients: members of the organisation within their roles, and whoever operates the installation. Nothing is sent to anybody else by itself.

- A person takes the own data with \`GET /api/me/export\`; an administrator with \`GET /api/users/{id}/export\`, which the audit trail notes.
- An administrator erases a person with \`POST /api/users/{id}/erasure\`. Facts stay under the person's id, the name becomes a pseudonym. Lines of the
  audit trail and the frozen evidence of verdicts are sealed: what they hold stays, and the answer says how many of them name the person.
- \`npm run erase:replay\` notes who was erased in a file (ids and pseudonyms alone) and erases them again in a restored backup.
- \`npm run tenant:export\` and \`npm run tenant:import\` move an organisation. Sessions, tokens and keys of repeated requests never leave; hashes of
  passwords do, unless \`--without-passwords\` is given.
`;

/** docs/privacy.md: fields, purposes and retention per table. */
export function privacyText(): string {
  const lists = (names: readonly string[] | undefined) => (names?.length ? names.map((name) => `\`${name}\``).join(', ') : '–');
  const sections = Object.entries(classification).map(
    ([table, row]) => `## ${table}

- purpose: ${row.purpose}
- kept: ${row.retention}
- personal: ${lists(row.personal)}
- business: ${lists(row.business)}
- secret: ${lists(row.secret)}
- technical: ${lists(row.technical)}
- in a person's own export: ${row.about === null ? 'no' : 'yes'}; in an organisation's export: ${row.moves ? 'yes' : 'no'}
`,
  );
  return `${head}\n${sections.join('\n')}`;
}
