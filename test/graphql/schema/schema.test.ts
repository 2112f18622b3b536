import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  buildSchema,
  findBreakingChanges,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isNullableType,
  isObjectType,
  parse,
  print,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema, subgraphSDL } from '../../../src/graphql/schema/schema.ts';
import { requiredScope } from '../../../src/graphql/schema/scopes.ts';
import { runningGateway } from '../../support/running-gateway.ts';

describe('the schema', () => {
  it('keeps every name and type of the contract', () => {
    const contract = buildSchema(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'));

    expect(findBreakingChanges(contract, schema).map(({ description }) => description)).toEqual([]);
    // findBreakingChanges accepts a type that became stricter. The contract does not.
    const types = coordinates(schema);
    for (const [coordinate, type] of coordinates(contract))
      expect([coordinate, types.get(coordinate)]).toEqual([coordinate, type]);
  });

  it('describes every type, field, argument and enum value', () => {
    expect(undescribed()).toEqual([]);
  });

  it('says which analyse types VOD documents no longer', () => {
    const type = schema.getType('VideoTagAnalyseType');
    const values = isEnumType(type) ? type.getValues() : [];
    const undocumented = values.filter(({ description }) =>
      /documents only `ASR` and `OCR`/.test(description ?? ''),
    );
    expect(undocumented.map(({ name }) => name).sort()).toEqual(['ANNOTATION', 'CATEGORY', 'FACE']);
    expect(values.every(({ deprecationReason }) => deprecationReason == null)).toBe(true);
  });

  it('gives types names that other subgraphs do not use', () => {
    const shared = ['Video', 'PageInfo', 'DateTime', 'JSON'];
    const builtIn = ['Query', 'Mutation', 'Subscription', 'Boolean', 'Float', 'ID', 'Int', 'String'];
    const ours =
      /^(AI|VideoTag|VideoPerson|VideoAI|MediaDNA|MediaAudit|Speech|Submit|(Create|Update|Delete|SetDefault)AI|DeleteMediaDNA)/;
    const names = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('_'));

    expect(names.filter((name) => ![...shared, ...builtIn].includes(name) && !ours.test(name))).toEqual([]);
  });

  it('has one argument for each mutation: input', () => {
    for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      expect([name, args.map((arg) => arg.name)]).toEqual([name, ['input']]);
      // A failed mutation does not hide the others of its operation.
      expect([name, isNullableType(type)]).toEqual([name, true]);
    }
  });

  it('has no resolver that could look at a fourth argument without declaring it', () => {
    const hidden: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const { name, resolve } of Object.values(type.getFields())) {
        if (!resolve || resolve.length === 0 || resolve.length === 4) continue;
        const parameters = String(resolve).split(/=>|\)\s*\{/, 1)[0] ?? '';
        if (/\.\.\.|=/.test(parameters) || String(resolve).includes('arguments'))
          hidden.push(`${type.name}.${name}`);
      }
    }
    expect(hidden).toEqual([]);
  });

  it('describes itself, and lists the fields for routers last', () => {
    expect(schema.description).toMatch(/ApsaraVideo VOD/);
    const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
    expect(fields.slice(-2)).toEqual(['_entities', '_service']);
    expect(fields.slice(0, -2)).toEqual(fields.slice(0, -2).toSorted());
  });

  it('serves the committed definition of the subgraph', async () => {
    const { query } = await runningGateway();
    const { data } = await query('{ _service { sdl } }');
    const committed = readFileSync(new URL('../../../schema/subgraph.graphql', import.meta.url), 'utf8');
    expect(data._service.sdl).toBe(committed);
  });

  it('tells routers the scope of each field that requires one', () => {
    const subgraph = buildASTSchema(parse(subgraphSDL()), { assumeValid: true });
    const applied = ({ astNode }: GraphQLField<unknown, unknown>, name: string) =>
      astNode?.directives?.filter((directive) => directive.name.value === name).map((node) => print(node));
    let count = 0;
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const scope = requiredScope(type, field);
        const shown = Object(subgraph.getType(type.name)).getFields?.()[field.name];
        if (!shown) continue;
        expect([field.name, applied(shown, 'authenticated')]).toEqual([
          field.name,
          scope ? ['@authenticated'] : [],
        ]);
        expect([field.name, applied(shown, 'requiresScopes')]).toEqual([
          field.name,
          scope ? [`@requiresScopes(scopes: [["${scope}"]])`] : [],
        ]);
        if (scope) count++;
      }
    }
    expect(count).toBeGreaterThan(30);
  });

  it('makes every field of a job nullable except its id, because the data comes from the network', () => {
    for (const name of ['AIJob', 'AIImageJob']) {
      const type = schema.getType(name);
      if (!isObjectType(type)) throw new Error(`expected the object type ${name}`);
      const nonNull = Object.values(type.getFields()).filter((field) => String(field.type).endsWith('!'));
      expect(nonNull.map((field) => field.name)).toEqual(['id']);
    }
  });
});

/** The coordinates of all types, fields, arguments and enum values without a description. */
function undescribed(): string[] {
  const missing: string[] = [];
  const check = (coordinate: string, description: string | null | undefined) => {
    if (!description?.trim()) missing.push(coordinate);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    check(type.name, type.description);
    if (isEnumType(type)) {
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
    }
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field.description);
      for (const arg of 'args' in field ? field.args : []) {
        check(`${type.name}.${field.name}(${arg.name}: ${getNamedType(arg.type)})`, arg.description);
      }
    }
  }
  return missing;
}

/** The printed type of each field and argument, by its coordinate. */
function coordinates(of: GraphQLSchema): Map<string, string> {
  const types = new Map<string, string>();
  for (const type of Object.values(of.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInputObjectType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      types.set(`${type.name}.${field.name}`, String(field.type));
      for (const arg of 'args' in field ? field.args : []) {
        types.set(`${type.name}.${field.name}(${arg.name})`, String(arg.type));
      }
    }
  }
  return types;
}
