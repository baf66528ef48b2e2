import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

type Class = new () => object;
type ValidationMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Plain = Record<string, unknown>;
/** Whether a value passes a decorator's rule; `object` is the message that holds it. */
type Rule = (value: unknown, object: Plain) => boolean;

interface Field {
  name: string;
  /** Where one of these says no, the field's rules are not asked. */
  when: Rule[];
  rules: Rule[];
  /** Of a message inside the message. */
  part: Plan | null;
}

interface Plan {
  type: Class;
  names: ReadonlySet<string>;
  fields: Field[];
}

/** Null: the class asks for something that is only known to class-validator itself. */
const plans = new Map<Class, Plan | null>();

/**
 * The message as an instance of its class when every rule of the class holds, else undefined: then class-validator is asked, which says what is wrong. The rules are
 * those of its decorators, read once for each class; what it does for each message anew (sorting them, building reports, waiting) costs ten times as much
 * as they do. Whatever is unusual about a class or a message is left to class-validator (PERF-01, P15).
 */
export function quickly(type: Class, message: unknown): object | undefined {
  const plan = planFor(type);
  return plan === null ? undefined : checked(plan, message);
}

function planFor(type: Class): Plan | null {
  let plan = plans.get(type);
  if (plan !== undefined) return plan;
  plans.set(type, null); // a class inside of itself is unusual
  plan = planOf(type);
  plans.set(type, plan);
  return plan;
}

function checked({ type, names, fields }: Plan, message: unknown): object | undefined {
  if (!isPlain(message)) return undefined;
  for (const name of Object.keys(message)) if (!names.has(name)) return undefined;
  const made = Object.assign(new type(), message) as Plain;
  for (const { name, when, rules, part } of fields) {
    const value = message[name];
    if (!when.every((asked) => asked(value, message))) continue;
    if (!rules.every((holds) => holds(value, message))) return undefined;
    if (part === null || value === undefined || value === null) continue;
    const inner = Array.isArray(value) ? value.map((one) => checked(part, one)) : checked(part, value);
    if (inner === undefined || (Array.isArray(inner) && inner.includes(undefined))) return undefined;
    made[name] = inner;
  }
  return made;
}

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function planOf(type: Class): Plan | null {
  const storage = getMetadataStorage();
  const byName = Map.groupBy(storage.getTargetValidationMetadatas(type, '', false, false), (metadata) => metadata.propertyName);
  if (byName.size === 0) return null;
  const fields: Field[] = [];
  for (const [name, all] of byName) {
    const field: Field = { name, when: [], rules: [], part: null };
    for (const metadata of all) {
      if (metadata.validateIf || metadata.groups?.length) return null;
      if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
        const [asked] = metadata.constraints as [(object: object, value: unknown) => boolean];
        field.when.push((value, object) => asked(object, value));
      } else if (metadata.type === ValidationTypes.NESTED_VALIDATION) {
        const inner = typeInside(type, name);
        field.part = inner && planFor(inner);
        if (!field.part) return null;
      } else {
        const rules = metadata.type === ValidationTypes.CUSTOM_VALIDATION ? rulesOf(type, metadata) : null;
        if (rules === null) return null;
        field.rules.push(...rules);
      }
    }
    if (changes(type, name, field)) return null;
    fields.push(field);
  }
  return { type, names: new Set(byName.keys()), fields };
}

/** The rules behind one decorator; null when one of them would have to be waited for. */
function rulesOf(type: Class, { propertyName, constraintCls, constraints, each }: ValidationMetadata): Rule[] | null {
  const behind = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (behind.some(({ async }) => async)) return null;
  return behind.map(({ instance }) => {
    const args: ValidationArguments = { targetName: type.name, property: propertyName, constraints, value: undefined, object: {} };
    // One for all messages: no rule keeps it, and none waits.
    const holds: Rule = (value, object) => {
      args.value = value;
      args.object = object;
      return instance.validate(value, args) === true;
    };
    return each ? (value, object) => (Array.isArray(value) ? value.every((one) => holds(one, object)) : holds(value, object)) : holds;
  });
}

/** The class of a message inside the message. */
function typeInside(type: Class, name: string): Class | null {
  const inner = (plainToInstance(type, { [name]: {} }) as Plain)[name] as object;
  return inner.constructor === Object ? null : (inner.constructor as Class);
}

/** Whether a decorator makes another value of the one that came. */
function changes(type: Class, name: string, { part }: Field): boolean {
  return part === null && ['7', 7, true, null].some((value) => (plainToInstance(type, { [name]: value }) as Plain)[name] !== value);
}
