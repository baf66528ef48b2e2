import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@waymark/kernel';
import { isBlocking, needsPreview } from './definition.js';
import { parseDefinition } from './parse-definition.js';
import { demoPolicy, threeGates } from './template.js';

const problemsOf = (input: unknown): string[] => {
  try {
    parseDefinition(input);
    return [];
  } catch (error) {
    return (error as DomainError).fields.map((field) => `${field.field}: ${field.code}`);
  }
};
const withStep = (change: object, n = 1) => ({ ...threeGates, steps: threeGates.steps.map((step, i) => (i === n ? { ...step, ...change } : step)) });

describe('policy definitions', () => {
  it('GATE-02 the shipped template and the demo policy parse to themselves, through JSON too', () => {
    for (const policy of [threeGates, demoPolicy]) expect(parseDefinition(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    expect(threeGates.steps.map((step) => [step.at, step.consequences])).toEqual([
      [{ sharePercent: 25 }, ['warning']],
      [{ sharePercent: 50 }, ['action_block']],
      [{ sharePercent: 100 }, ['commission_hold']],
    ]);
  });

  it('GATE-02 writes every default out', () => {
    const short = {
      steps: [{ name: 'Pipeline', at: { sharePercent: 50 }, conditions: [{ type: 'pipeline_coverage' }], consequences: ['action_block'] }],
    };
    expect(parseDefinition(short)).toEqual({
      goalMetric: 'revenue',
      mode: 'working',
      minDaysInRole: 30,
      acceptedPercent: 20,
      steps: [
        {
          name: 'Pipeline',
          at: { sharePercent: 50 },
          settle: { hours: 4 },
          join: 'all',
          conditions: [{ type: 'pipeline_coverage', params: { factor: '3', of: 'target', expectedClose: 'in_period_or_unknown', staleDays: null } }],
          consequences: ['action_block'],
          graceDays: 0,
        },
      ],
    });
  });

  it('GATE-02 names every wrong field at once', () => {
    expect(problemsOf(null)).toEqual(['definition: object', 'definition.steps: items']);
    expect(problemsOf({ ...threeGates, color: 1, mode: 'lunar', minDaysInRole: -1, acceptedPercent: 101, steps: [] })).toEqual([
      'definition.color: unknown_field',
      'definition.mode: one_of',
      'definition.minDaysInRole: integer',
      'definition.acceptedPercent: integer',
      'definition.steps: items',
    ]);
  });

  it.each([
    [{ name: ' ' }, ['definition.steps.1.name: text']],
    [{ at: { sharePercent: 0 } }, ['definition.steps.1.at.sharePercent: range']],
    [{ at: { sharePercent: 100.01 } }, ['definition.steps.1.at.sharePercent: range']],
    [{ at: { sharePercent: 33.333 } }, ['definition.steps.1.at.sharePercent: range']],
    [{ at: { sharePercent: Number.NaN } }, ['definition.steps.1.at.sharePercent: range']],
    [{ at: { date: '2026-02-30' } }, ['definition.steps.1.at.date: real_day']],
    [{ at: { date: '2026-02-03', sharePercent: 50 } }, ['definition.steps.1.at: one_of']],
    [{ at: { sharePercent: 10 } }, ['definition.steps.1.at: order']],
    [{ settle: { hours: 721 } }, ['definition.steps.1.settle.hours: integer']],
    [{ settle: { hours: 1.5 } }, ['definition.steps.1.settle.hours: integer']],
    [{ settle: {} }, ['definition.steps.1.settle: one_of', 'definition.steps.1.settle.hours: integer']],
    [{ consequences: ['ban'] }, ['definition.steps.1.consequences.0: one_of']],
    [{ consequences: ['warning', 'warning'] }, ['definition.steps.1.consequences: unique']],
    [{ conditions: [] }, ['definition.steps.1.conditions: items']],
    [{ conditions: [{ type: 'magic' }] }, ['definition.steps.1.conditions.0.type: one_of']],
  ])('GATE-02 refuses the step %j', (change, expected) => {
    expect(problemsOf(withStep(change))).toEqual(expected);
  });

  it.each([
    ['pipeline_coverage', { factor: '0' }, 'factor: decimal'],
    ['pipeline_coverage', { factor: '1e5' }, 'factor: decimal'],
    ['pipeline_coverage', { factor: '3.001' }, 'factor: decimal'],
    ['pipeline_coverage', { factor: Number.POSITIVE_INFINITY }, 'factor: decimal'],
    ['pipeline_coverage', { staleDays: '0' }, 'staleDays: integer'],
    ['pipeline_coverage', { of: 'moon' }, 'of: one_of'],
    ['pipeline_coverage', { extra: 1 }, 'extra: unknown_field'],
    ['activity_target', {}, 'target: required'],
    ['activity_target', { target: '-1' }, 'target: decimal'],
    ['activity_target', { target: '5', metric: 'win_rate' }, 'metric: one_of'],
    ['target_reached', { percent: '99.5' }, 'percent: integer'],
  ])('GATE-02 refuses %s with %j', (type, params, expected) => {
    expect(problemsOf(withStep({ conditions: [{ type, params }] }))).toEqual([`definition.steps.1.conditions.0.params.${expected}`]);
  });

  it('GATE-02 refuses to compare pipeline money with goals that count deals', () => {
    expect(problemsOf({ ...threeGates, goalMetric: 'deals_created' })).toEqual(['definition.steps.1.conditions.0.type: unit']);
    expect(problemsOf({ ...threeGates, goalMetric: 'win_rate' })[0]).toBe('definition.goalMetric: one_of');
  });

  it('GATE-01 a warning blocks nothing; anything else needs a preview before it is published', () => {
    expect(threeGates.steps.map(isBlocking)).toEqual([false, true, true]);
    expect([needsPreview(threeGates), needsPreview({ ...threeGates, steps: threeGates.steps.slice(0, 1) })]).toEqual([true, false]);
  });
});
