import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { semanticToStrict } from 'graphql-sock';

/**
 * Compares the schema with the last released one, `released.graphql`, and fails if the present schema breaks clients of the
 * released one. `docs/schema-changes.md` says which changes are allowed. A release replaces `released.graphql`.
 */
const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** What breaks existing clients, and deprecations that do not name a replacement. */
export async function problems(released: string, present: string): Promise<readonly string[]> {
  const [before, after] = [buildSchema(released), buildSchema(present)];
  const changes = [
    ...(await diff(before, after)),
    // The same for clients to which fields with @semanticNonNull are non-null.
    ...(await diff(semanticToStrict(before), semanticToStrict(after))),
  ];
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return [
    ...new Set(breaking.map(({ path, message }) => `${path ?? 'the schema'}: ${message}`)),
    ...deprecations(present)
      // The replacement is quoted as code: `aiVideo`.
      .filter(({ reason }) => !/`[^`]+`/.test(reason))
      .map(({ path, reason }) => `${path}: expected a reason that names the replacement; got "${reason}"`),
  ];
}

function deprecations(sdl: string): readonly { path: string; reason: string }[] {
  return Object.values(buildSchema(sdl).getTypeMap()).flatMap((type) => {
    const members = isEnumType(type)
      ? type.getValues()
      : isObjectType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : [];
    return members.flatMap((member) =>
      [member, ...('args' in member ? member.args : [])].flatMap(({ name, deprecationReason: reason }) =>
        typeof reason === 'string' ? [{ path: `${type.name}.${name}`, reason }] : [],
      ),
    );
  });
}

if (import.meta.main) {
  for (const problem of await problems(read('released.graphql'), read('schema.graphql'))) {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
}
