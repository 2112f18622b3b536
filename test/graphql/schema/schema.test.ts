import { readFileSync } from 'node:fs';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../../src/graphql/schema/schema.ts';

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
