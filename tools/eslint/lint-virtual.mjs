/** Lints files that exist only on paper: reads `[{ path, text }]` from its input, prints `[{ path, rules }]`. For fences.spec.ts. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const eslint = new ESLint({ cwd: root, overrideConfigFile: 'tools/eslint/eslint.config.mjs' });
const results = [];
for (const { path, text } of JSON.parse(readFileSync(0, 'utf8'))) {
  const [result] = await eslint.lintText(text, { filePath: path });
  const errors = (result?.messages ?? []).filter((message) => message.severity === 2);
  results.push({ path, rules: errors.map((message) => message.ruleId ?? message.message) });
}
process.stdout.write(JSON.stringify(results));
