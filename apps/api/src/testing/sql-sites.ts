import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** A place of the source that sends SQL. */
export interface SqlSite {
  /** `folder/file.ts:line`. */
  at: string;
  /** Every text that the source alone tells; null when a part of it is made at run time. */
  texts: string[] | null;
  /** Matches each text that this place can send. */
  pattern: RegExp;
  /** How many characters of a text this place tells of: as many as the best of its own texts that match, all when nothing is left to run time; null when none does. */
  tells(text: string): number | null;
}

/** A part of a text that is known only at run time. */
const hole = Symbol('hole');
type Part = string | typeof hole;
type Text = Part[];
type Names = Map<string, { node: ts.Expression; names: Names }>;

const senders = ['many', 'one', 'maybe', 'run', 'json', 'prepared', 'kept'];
const mostVariants = 64;

/** Reads the source files of a program and tells where SQL is sent, through `Db`, a pool or a client, and through methods that take SQL. */
export class SqlSites {
  private readonly files = new Map<string, ts.SourceFile>();

  /** `forwarders`: methods that send one of their arguments, with what they put before it. */
  constructor(
    private readonly root: string,
    private readonly forwarders: Record<string, { argument: number; before: string }>,
  ) {}

  /** All places in these files. A place of whose text the source says nothing (it comes from whoever calls) is told in `unknown`. */
  read(files: string[]): { sites: SqlSite[]; unknown: string[] } {
    const sites: SqlSite[] = [];
    const unknown: string[] = [];
    for (const path of files) {
      const source = this.file(path);
      const look = (node: ts.Node): void => {
        const sent = ts.isCallExpression(node) ? this.sentBy(node) : null;
        if (sent) {
          const at = `${relative(this.root, path)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
          const texts = isParameter(sent.node) ? [] : this.textsOf(sent.node, new Map(), 0).map((text) => [sent.before, ...text]);
          if (texts.length > 0 && texts.every((text) => text.some((part) => part !== hole && part !== ''))) sites.push(siteOf(at, texts));
          else unknown.push(at);
        }
        ts.forEachChild(node, look);
      };
      look(source);
    }
    return { sites, unknown };
  }

  private sentBy(call: ts.CallExpression): { node: ts.Expression; before: string } | null {
    const [first] = call.arguments;
    if (!first || !ts.isPropertyAccessExpression(call.expression)) return null;
    const method = call.expression.name.text;
    const receiver = call.expression.expression.getText();
    const forwarded = Object.entries(this.forwarders).find(([name]) => `${receiver}.${method}`.endsWith(name));
    const argument = forwarded && call.arguments[forwarded[1].argument];
    if (argument) return { node: argument, before: forwarded[1].before };
    const isDb = /(^|\.)db$/i.test(receiver) && senders.includes(method);
    if (!isDb && method !== 'query') return null;
    // copyFrom('copy ...') and copyTo(...): the statement is their argument.
    if (ts.isCallExpression(first) && /^copy(From|To)$/.test(first.expression.getText()))
      return { node: first.arguments[0] as ts.Expression, before: '' };
    return { node: first, before: '' };
  }

  private file(path: string): ts.SourceFile {
    const known = this.files.get(path) ?? ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    this.files.set(path, known);
    return known;
  }

  /** Every text an expression can have; holes where the source does not tell. */
  private textsOf(node: ts.Expression, names: Names, depth: number): Text[] {
    if (depth > 12) return [[hole]];
    const deeper = (one: ts.Expression, known = names) => this.textsOf(one, known, depth + 1);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [[node.text]];
    if (ts.isNumericLiteral(node)) return [[node.text]];
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return deeper(node.expression);
    if (ts.isConditionalExpression(node)) return [...deeper(node.whenTrue), ...deeper(node.whenFalse)];
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      // With a number it is a sum: the place of a parameter.
      return [node.left, node.right].some(ts.isNumericLiteral) ? [[hole]] : joined([deeper(node.left), deeper(node.right)]);
    if (ts.isTemplateExpression(node))
      return joined([[[node.head.text]], ...node.templateSpans.flatMap((span) => [deeper(span.expression), [[span.literal.text]]])]);
    if (ts.isObjectLiteralExpression(node)) {
      // { name, text, values }
      const text = node.properties.find((one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && one.name.getText() === 'text');
      return text ? deeper(text.initializer) : [[hole]];
    }
    if (ts.isIdentifier(node)) return this.textsOfName(node, names, depth);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const made = this.declarationOf(node.expression);
      const body = made && ts.isFunctionLike(made) ? onlyResult(made) : undefined;
      if (!made || !ts.isFunctionLike(made) || !body) return [[hole]];
      const given: Names = new Map();
      made.parameters.forEach((parameter, n) => {
        const value = node.arguments[n] ?? parameter.initializer;
        if (value) given.set(parameter.name.getText(), { node: value, names });
      });
      return deeper(body, given);
    }
    return [[hole]];
  }

  private textsOfName(node: ts.Identifier, names: Names, depth: number): Text[] {
    const given = names.get(node.text);
    if (given) return this.textsOf(given.node, given.names, depth + 1);
    const declared = this.declarationOf(node);
    if (!declared) return [[hole]];
    if (ts.isParameter(declared)) {
      const choices = declared.type && ts.isUnionTypeNode(declared.type) ? declared.type.types.map(literalOf) : [undefined];
      return choices.every((choice) => choice !== undefined) ? choices.map((choice) => [choice]) : [[hole]];
    }
    return ts.isFunctionLike(declared) ? [[hole]] : this.textsOf(declared, names, depth + 1);
  }

  /** What a name stands for: the value of a constant, a function, or a parameter; looked for outwards, then in the file it is imported from. */
  private declarationOf(name: ts.Identifier): ts.Expression | ts.FunctionLikeDeclaration | ts.ParameterDeclaration | undefined {
    for (let at: ts.Node = name; at; at = at.parent) {
      if (ts.isFunctionLike(at)) {
        const parameter = at.parameters.find((one) => one.name.getText() === name.text);
        if (parameter) return parameter;
      }
      if (ts.isBlock(at) || ts.isSourceFile(at)) {
        const found = declaredIn(at.statements, name.text);
        if (found) return found;
      }
      if (ts.isSourceFile(at)) return this.imported(at, name.text);
    }
    return undefined;
  }

  private imported(source: ts.SourceFile, name: string): ts.Expression | ts.FunctionLikeDeclaration | undefined {
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !statement.importClause?.namedBindings || !ts.isNamedImports(statement.importClause.namedBindings))
        continue;
      const element = statement.importClause.namedBindings.elements.find((one) => one.name.text === name);
      const path = join(dirname(source.fileName), (statement.moduleSpecifier as ts.StringLiteral).text).replace(/\.js$/, '.ts');
      if (element && existsSync(path)) return declaredIn(this.file(path).statements, (element.propertyName ?? element.name).text);
    }
    return undefined;
  }
}

/** TypeScript files of a folder, without specs and what belongs to them, and without these files and folders in it. */
export function productFiles(folder: string, leftOut: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/spec(-data)?\.ts$/.test(path) && !leftOut.some((one) => path === one || path.startsWith(`${one}/`)))
    .map((path) => join(folder, path));
}

function declaredIn(statements: ts.NodeArray<ts.Statement>, name: string): ts.Expression | ts.FunctionLikeDeclaration | undefined {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
    if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) continue;
    const found = statement.declarationList.declarations.find((one) => one.name.getText() === name)?.initializer;
    if (found) return found;
  }
  return undefined;
}

/** The expression that a function answers which only names values before. */
function onlyResult(made: ts.SignatureDeclaration): ts.Expression | undefined {
  const { body } = made as ts.ArrowFunction;
  if (!body) return undefined;
  if (!ts.isBlock(body)) return body;
  const last = body.statements.at(-1);
  const before = body.statements.slice(0, -1);
  return last && ts.isReturnStatement(last) && before.every((one) => ts.isVariableStatement(one)) ? last.expression : undefined;
}

function literalOf(type: ts.TypeNode): string | undefined {
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? type.literal.text : undefined;
}

/** Whether the text comes from whoever calls the function around it. */
function isParameter(node: ts.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) return node.properties.some((one) => ts.isPropertyAssignment(one) && isParameter(one.initializer));
  if (!ts.isIdentifier(node)) return false;
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent)
    if (ts.isFunctionLike(at) && at.parameters.some((one) => namesOf(one.name).includes(node.text))) return true;
  return false;
}

function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? namesOf(one.name) : []));
}

function joined(lists: Text[][]): Text[] {
  const all = lists.reduce<Text[]>((made, list) => made.flatMap((start) => list.map((next) => [...start, ...next])), [[]]);
  return all.length > mostVariants ? joined(lists.map((list) => (list.length > 1 ? [[hole]] : list))) : all;
}

function siteOf(at: string, texts: Text[]): SqlSite {
  const sourceOf = (text: Text) => text.map((part) => (part === hole ? '[^]*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
  const variants = texts.map((text) => ({
    pattern: new RegExp(`^${sourceOf(text)}$`),
    tells: text.includes(hole) ? text.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0) : Infinity,
  }));
  return {
    at,
    texts: texts.some((text) => text.includes(hole)) ? null : texts.map((text) => text.join('')),
    pattern: new RegExp(`^(?:${texts.map(sourceOf).join('|')})$`),
    tells: (text) => variants.filter((one) => one.pattern.test(text)).reduce<number | null>((most, one) => Math.max(most ?? 0, one.tells), null),
  };
}
