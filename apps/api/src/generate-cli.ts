import 'reflect-metadata';
import { isDay } from '@waymark/kernel';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesOf, recordsOf } from './demo-data/files.js';
import { datasetDefaults, generateDataset } from './demo-data/generate.js';
import { truthsOf } from './demo-data/truths.js';
import { readArguments, runTool, UsageError } from './tool-context.js';

const usage = `npm run generate -- --out DIR [--seed 1] [--factor 1] [--today ${datasetDefaults.today}] [--zone ${datasetDefaults.zone}] [--list-out-share 0.78] [--realistic]
  Writes made data as CSV files (numbered in the order in which they are imported), mappings.json for them, records.json with what files do not bring,
  and truths.json with what the product must say of the data.`;
const text = { type: 'string' } as const;
const options = { out: text, seed: text, factor: text, today: text, zone: text, 'list-out-share': text, realistic: { type: 'boolean' } as const };

/** `npm run generate`: the data of the second demo, of any size and seed, for an organisation of one's own (SRC-12). */
await runTool(() => {
  const { values, files } = readArguments(process.argv.slice(2), options, usage);
  const { out, seed, factor, today = datasetDefaults.today, zone, 'list-out-share': share } = values as Record<string, string | undefined>;
  if (!out || files.length > 0 || !isDay(today)) throw new UsageError(usage);
  const asked = {
    today,
    ...(seed !== undefined && { seed: Number(seed || Number.NaN) }),
    ...(factor !== undefined && { factor: Number(factor || Number.NaN) }),
    ...(zone !== undefined && { zone }),
    ...(share !== undefined && { listOutShare: Number(share || Number.NaN) }),
    ...(values['realistic'] === true && { realistic: true }),
  };
  // npm runs scripts in the project's folder; the folder is named from where the person stands.
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), out);
  return Promise.resolve(write(folder, asked));
});

function write(folder: string, asked: Parameters<typeof generateDataset>[0]): string {
  const data = generated(asked);
  const made = filesOf(data).map((file, place) => ({ ...file, name: `${String(place + 1).padStart(2, '0')}-${file.name}` }));
  const truths = truthsOf(data);
  mkdirSync(folder, { recursive: true });
  for (const { name, content } of made) writeFileSync(join(folder, name), content);
  const json = (name: string, content: unknown) => writeFileSync(join(folder, name), `${JSON.stringify(content, null, 1)}\n`);
  json('mappings.json', Object.fromEntries(made.map(({ name, mapping }) => [name, mapping])));
  json('records.json', recordsOf(data));
  json('truths.json', { options: data.options, truths });
  const { leads, contacts, activities, lists } = data;
  return `${folder}: ${leads.length} leads, ${leads.length + contacts.length} items, ${lists.length} lists, ${activities.length} activities, ${truths.length} truths.`;
}

function generated(asked: Parameters<typeof generateDataset>[0]) {
  try {
    return generateDataset(asked);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${error.message}\n${usage}`);
    throw error;
  }
}
