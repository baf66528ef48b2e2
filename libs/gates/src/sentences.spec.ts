import { describe, expect, it } from '@jest/globals';
import { restrictionKinds, whole } from '@waymark/kernel';
import { canonicalJson } from './canonical.js';
import { judge } from './judge.js';
import {
  confirmationText,
  dayText,
  effectsOf,
  leftOutText,
  liveText,
  noticeSentence,
  restrictionTitle,
  stepSentence,
  verdictSentence,
  wayOutText,
  whySentence,
} from './sentences.js';
import { threeGates } from './template.js';

const goal = { metric: 'revenue', target: 10_000_000n, currency: 'USD' };
const pipeline = threeGates.steps[1] as (typeof threeGates.steps)[0];
const at = (open: bigint, won = 0n) =>
  judge(
    pipeline,
    goal,
    new Map([
      ['open_value:in_period_or_unknown:-', whole(open)],
      ['metric:revenue', whole(won)],
    ]),
  );

describe('sentences', () => {
  it('GATE-08 tells what was, what is needed and why, in plain past tense', () => {
    const { decisive } = at(26_439_700n);
    expect(whySentence(decisive, 'your', dayText('2017-08-15'), 'USD')).toBe(
      'On 15 Aug 2017 your open qualified pipeline was $264,397. This gate needs $300,000 (3 x the $100,000 target).',
    );
    expect(verdictSentence(at(26_439_700n), 'USD')).toBe('Open qualified pipeline was $264,397; the gate needed $300,000.');
    expect(verdictSentence(at(0n, 10_000_000n), 'USD')).toBe('The target was already won; the pipeline was $0.');
    expect(verdictSentence(judge(pipeline, goal, new Map()), 'USD')).toBe('Open qualified pipeline: there was no number to judge by.');
  });

  it('GATE-09 (words) says what to do, and when the own deals are not enough', () => {
    const facts = {
      kind: 'action_block',
      open: true,
      subject: 'Open qualified pipeline',
      gap: '$29,408',
      curable: true,
      enough: true,
      ownDeals: '$53,536',
      toWin: '$77,595',
    } as const;
    expect(wayOutText(facts)).toBe(
      'You need $29,408 more: open qualified pipeline. The check runs again within seconds of a change. Nobody has to approve it.',
    );
    expect(wayOutText({ ...facts, enough: false })).toMatch(/adds \$53,536, which is not enough\. Winning \$77,595 more also meets the gate/);
    expect(wayOutText({ ...facts, curable: false })).toMatch(/A person decides\.$/);
    expect([wayOutText({ ...facts, open: false }), wayOutText({ ...facts, gap: null })]).toEqual([
      'There is nothing to do: this is closed.',
      'There is nothing missing at present. The next check ends this.',
    ]);
    expect([leftOutText('not_qualified', 'Prospecting'), leftOutText('no_amount', null), leftOutText('something_new', null)]).toEqual([
      'stage Prospecting does not count yet',
      'it has no amount',
      'something new',
    ]);
  });

  it('GATE-08 says how far it is now', () => {
    expect([at(29_999_999n), at(30_000_000n), at(0n, 10_000_000n)].map(({ decisive }) => liveText(decisive, 'USD'))).toEqual([
      '$0.01 short',
      'Met',
      'Target already won',
    ]);
  });

  it('GATE-02 writes a step as one sentence', () => {
    expect(stepSentence(pipeline, threeGates, 'USD')).toBe(
      'At 50 % of the working days of the period: open qualified pipeline at least 3 x the target, or target already won. If not: no new deals until it is met.',
    );
  });

  it('GATE-03 tells person and manager', () => {
    expect(noticeSentence({ name: 'Pipeline gate', blocking: true }, null, at(26_439_700n), ['action_block'], 'USD')).toBe(
      'Your pipeline gate was not met. Open qualified pipeline was $264,397; the gate needed $300,000. No new deals until it is met.',
    );
    expect(noticeSentence({ name: 'Pipeline gate', blocking: true }, 'Elease Gluck', at(0n), [], 'USD')).toMatch(
      /^Elease Gluck's pipeline gate was not met\. .* Nothing is blocked\.$/,
    );
  });

  it('GATE-08 never blames and never shouts', () => {
    const texts = restrictionKinds.flatMap((kind) => [
      ...['in_force', 'proposed', 'ended', 'void'].flatMap((state) => [
        restrictionTitle(kind, state, 'Ana', true),
        restrictionTitle(kind, state, 'Ana', false),
      ]),
      ...effectsOf(kind, true).blocked,
      ...effectsOf(kind, true).stillWorks,
      confirmationText(kind, 'Ana', '4 Jan 2018') ?? '',
    ]);
    expect(texts.length).toBeGreaterThan(40);
    for (const text of texts) expect(text).not.toMatch(/!|fail|violat|complian|punish|penalt/i);
    expect(restrictionTitle('action_block', 'in_force', 'Ana', false)).toBe('Ana cannot create new deals right now');
    expect(restrictionTitle('account_lock', 'proposed', 'Ana', false)).toBe('Ana: an account lock is proposed');
  });

  it('GATE-06 evidence has one text whatever the order of its keys', () => {
    expect(canonicalJson({ b: [1, { d: 2n, c: null }], a: new Date('2017-10-01T00:00:00Z'), e: undefined })).toBe(
      '{"a":"2017-10-01T00:00:00.000Z","b":[1,{"c":null,"d":"2"}]}',
    );
    expect(canonicalJson({ x: 1, y: 2 })).toBe(canonicalJson({ y: 2, x: 1 }));
  });
});
