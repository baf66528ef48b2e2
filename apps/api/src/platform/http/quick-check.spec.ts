import { describe, expect, it } from '@jest/globals';
import * as contracts from '@waymark/contracts';
import { getMetadataStorage } from 'class-validator';
import { quickly } from './quick-check.js';
import { validationPipe } from './validation.js';

type Class = new () => object;
type Message = Record<string, unknown>;

const id = '01890000-0000-7000-8000-000000000001';
const shapes: Message[] = [{}, { amount: '12.50', currency: 'EUR' }, { amount: '12.505', currency: 'EUR' }, { amount: 1 }];
const values: unknown[] = [
  ...['', ' ', 'a', 'Text', 'prospecting', 'deal', id, id.toUpperCase(), '2026-02-28', '2026-02-30', '2026-02-28T09:00:00Z', '1054.00', '-1', '7'],
  ...['USD', 'x'.repeat(5000), 'a@b.example', 'a\u0000b', 'Europe/Berlin', 0, 1, 7, -1, 1.5, 1e9, true, false, null, undefined],
  ...[[], [id], [id, id], [1, 2], [1, 'a'], ['a', 'b'], [null], [{}], ...shapes, ...shapes.map((shape) => [shape])],
];

/** Every class of the contract whose messages are checked. */
const classes = (Object.values(contracts) as unknown[]).filter(
  (type): type is Class => typeof type === 'function' && getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0,
);

const pipe = validationPipe();
/** The class as class-validator makes it of the message, or undefined when it refuses: the way of a query is never the quick one. */
const slowly = (type: Class, message: Message): Promise<unknown> => pipe.transform(message, { type: 'query', metatype: type }).catch(() => undefined);

describe('the quick check of messages', () => {
  let seed = 20261121;
  const pick = <T>(from: readonly T[]): T => from[(seed = (seed * 48_271) % 2_147_483_647) % from.length] as T;

  it('SEC-03 PERF-01 takes what class-validator takes, as the same object, and nothing else, for every class of the contract', async () => {
    expect(classes.length).toBeGreaterThan(60);
    const taken = new Set<Class>();
    const contradictions: string[] = [];
    let refused = 0;
    for (const type of classes) {
      const names = [
        ...new Set(
          getMetadataStorage()
            .getTargetValidationMetadatas(type, '', false, false)
            .map((one) => one.propertyName),
        ),
      ];
      const fitting = new Map<string, unknown[]>();
      for (const name of names) {
        const words = getMetadataStorage()
          .getTargetValidationMetadatas(type, '', false, false)
          .flatMap((one) => (one.propertyName === name && one.name === 'isIn' ? (one.constraints[0] as unknown[]) : []));
        const all = [...values, ...words, ...words.map((word) => [word])];
        const good: unknown[] = [];
        for (const value of all) if (await takesField(type, name, value)) good.push(value);
        fitting.set(name, good);
      }
      for (let n = 0; n < 26; n += 1) {
        const message: Message = {};
        for (const name of names) {
          const good = fitting.get(name) as unknown[];
          const value = good.length > 0 && pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) > 1 ? pick(good) : pick(values);
          if (value !== undefined) message[name] = value;
        }
        if (n % 13 === 12) message['stranger'] = 1;
        const [slow, quick] = [await slowly(type, message), quickly(type, message)];
        if (slow === undefined) refused += 1;
        if (quick !== undefined) taken.add(type);
        const same =
          quick === undefined ? slow === undefined || !quickEver(type) : Object.getPrototypeOf(quick) === type.prototype && alike(quick, slow);
        if (!same)
          contradictions.push(
            `${type.name} ${JSON.stringify(message).slice(0, 300)}: ${quick ? 'taken' : 'refused'}, else ${slow ? 'taken' : 'refused'}`,
          );
      }
    }
    expect(contradictions.slice(0, 5)).toEqual([]);
    expect(refused).toBeGreaterThan(500);
    expect(taken.size).toBeGreaterThan(classes.length / 2);
    for (const name of ['CreatePipelineItemRequest', 'PatchPipelineItemRequest']) expect([...taken].map((type) => type.name)).toContain(name);
  }, 120_000);

  it('SEC-03 leaves what is no plain message, and classes that change what came, to class-validator', () => {
    expect(quickly(contracts.PipelineItemQuery, { limit: '7' })).toBeUndefined();
    expect(quickly(contracts.CreatePipelineItemRequest, null)).toBeUndefined();
    expect(quickly(contracts.CreatePipelineItemRequest, [])).toBeUndefined();
    expect(quickly(contracts.CreatePipelineItemRequest, Object.create({ name: 'a', stage: 'b' }))).toBeUndefined();
    expect(quickly(Object as unknown as Class, {})).toBeUndefined();
  });

  async function takesField(type: Class, name: string, value: unknown): Promise<boolean> {
    const fields: string[] = await pipe
      .transform(value === undefined ? {} : { [name]: value }, { type: 'query', metatype: type })
      .then(() => [])
      .catch((error: { fields?: { field: string }[] }) => (error.fields ?? [{ field: name }]).map(({ field }) => field));
    return !fields.some((field) => field === name || field.startsWith(`${name}.`));
  }
});

/** Whether the class has a quick way at all: those of queries make numbers of texts, which is left to class-transformer. */
function quickEver(type: Class): boolean {
  return !type.name.endsWith('Query');
}

function alike(a: unknown, b: unknown): boolean {
  try {
    expect(a).toStrictEqual(b);
    return true;
  } catch {
    return false;
  }
}
