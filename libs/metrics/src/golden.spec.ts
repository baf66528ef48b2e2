import { describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compileDaily, compileWindow, type Statement } from './algebra/compile.js';
import { compileWindowMeasure, type WindowMeasure } from './algebra/window-measure.js';
import { measuresOf, sourceNames, windowMeasures } from './registry.js';

const folder = new URL('../golden/', import.meta.url);
const memberWords = ['tenant', 'scopes', 'owners', 'from of each member', 'to of each member', 'from', 'to'];
const quarterWords = (measure: WindowMeasure) =>
  measure.byQuarter ? ['start of each day', 'first day of each quarter', 'day after it', 'its from', 'its last day', 'its to'] : [];
const printed = new Map([
  ...windowMeasures.flatMap((measure): [string, string][] => [
    [`${measure.key}.measure.sql`, printedSql(compileWindowMeasure(measure, 'present'), [...memberWords, ...quarterWords(measure)])],
    [
      `${measure.key}.measure-as-known.sql`,
      printedSql(compileWindowMeasure(measure, 'as_known'), [...memberWords, 'known at', ...quarterWords(measure)]),
    ],
  ]),
  ...sourceNames.flatMap((source): [string, string][] => [
    [`${source}.daily.sql`, printedSql(compileDaily(measuresOf(source)), ['tenant', 'owners', 'days', 'from of each day', 'to of each day'])],
    [`${source}.window.sql`, printedSql(compileWindow(measuresOf(source), 'present'), ['tenant', 'owners', 'from', 'to'])],
    [`${source}.window-as-known.sql`, printedSql(compileWindow(measuresOf(source), 'as_known'), ['tenant', 'owners', 'from', 'to', 'known at'])],
  ]),
]);

const vocabulary = [
  ...['won', 'lost', 'lead', 'deal', 'proposal', 'agreement', 'list', 'made', 'reversed', 'restored'],
  ...['call', 'completed', 'began', 'arrived'],
];

const tables = /from (tasks|pipeline_events|partner_list_versions|sales|activities|renewals|arr_movements|survey_responses)\b/g;

function printedSql(statement: Statement, given: string[]): string {
  const names = [...given, ...statement.constants.map((constant) => `the constant '${String(constant)}'`)];
  return `${names.map((name, n) => `-- $${n + 1}: ${name}`).join('\n')}\n${statement.text}\n`;
}

describe('the printed SQL', () => {
  it('MET-06 is committed as it is compiled (write it anew with GOLDEN=write)', () => {
    if (process.env['GOLDEN'] === 'write') {
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of printed) writeFileSync(new URL(name, folder), text);
    }
    expect(readdirSync(folder).sort()).toEqual([...printed.keys()].sort());
    for (const [name, text] of printed) expect({ name, text: readFileSync(new URL(name, folder), 'utf8') }).toEqual({ name, text });
  });

  it('PLAT-01 (queries) names the organisation in every scan, and has no value but parameters', () => {
    for (const [name, text] of printed) {
      const body = text.replaceAll(/^--.*$/gm, '');
      const scans = body.match(tables) ?? [];
      expect({ name, scans: scans.length > 0, tenants: (body.match(/tenant_id = \$1/g) ?? []).length }).toEqual({
        name,
        scans: true,
        tenants: scans.length,
      });
      // The words of the derivations (kinds, steps, and what becomes of an agreement) are our own vocabulary; nothing else is quoted.
      const words = [...body.matchAll(/'([^']*)'/g)].map((match) => match[1]);
      expect(words.filter((word) => !vocabulary.includes(word ?? ''))).toEqual([]);
    }
  });

  it('MET-06 scans a source once for all its measures (once per instant by day)', () => {
    const scans = (text: string) => (text.match(tables) ?? []).length;
    expect([...printed].map(([name, text]) => [name, scans(text)])).toEqual([
      ['call_cohort.measure.sql', 4],
      ['call_cohort.measure-as-known.sql', 4],
      ['revenue_cohort.measure.sql', 1],
      ['revenue_cohort.measure-as-known.sql', 1],
      ['list_cohort.measure.sql', 2],
      ['list_cohort.measure-as-known.sql', 2],
      ['last_answers.measure.sql', 1],
      ['last_answers.measure-as-known.sql', 1],
      ['proposal_cohort.measure.sql', 3],
      ['proposal_cohort.measure-as-known.sql', 3],
      ['reviews_due.measure.sql', 2],
      ['reviews_due.measure-as-known.sql', 2],
      ['sellers.measure.sql', 2],
      ['sellers.measure-as-known.sql', 2],
      ['pipeline_events.daily.sql', 2],
      ['pipeline_events.window.sql', 1],
      ['pipeline_events.window-as-known.sql', 1],
      ['sales.daily.sql', 1],
      ['sales.window.sql', 1],
      ['sales.window-as-known.sql', 1],
      ['activities.daily.sql', 2],
      ['activities.window.sql', 1],
      ['activities.window-as-known.sql', 1],
      ['partner_list_versions.daily.sql', 4],
      ['partner_list_versions.window.sql', 1],
      ['partner_list_versions.window-as-known.sql', 1],
      ['renewals.daily.sql', 1],
      ['renewals.window.sql', 1],
      ['renewals.window-as-known.sql', 1],
      ['tasks.daily.sql', 1],
      ['tasks.window.sql', 1],
      ['tasks.window-as-known.sql', 1],
    ]);
  });
});
