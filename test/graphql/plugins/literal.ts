import {
  type GraphQLArgument,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** The shortest literal of a type, for example `"a"`, `[IMAGE]` or `{ name: "a" }`. */
export function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const given = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
    return `{ ${given.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    default:
      return '"a"';
  }
}

/** The required arguments of a field in parentheses, or an empty string. */
export function requiredArguments(args: readonly GraphQLArgument[]): string {
  const given = args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${literal(type)}`);
  return given.length > 0 ? `(${given.join(', ')})` : '';
}
