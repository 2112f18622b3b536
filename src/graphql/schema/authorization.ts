import { GraphQLError } from 'graphql';
import type { Scope } from '../../auth/caller.ts';
import type { GraphQLContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';

/** Which scopes a caller needs, for `authScopes` of types and fields. */
export type RequiredScopes = { readonly [Name in Scope]?: true };

/** For all that tells something about jobs or submissions. */
export const readsJobs = { 'jobs:read': true } as const satisfies RequiredScopes;
/** For all that makes jobs. */
export const submitsJobs = { 'jobs:submit': true } as const satisfies RequiredScopes;

/** Which scopes a caller has. */
export function grantedScopes({ caller }: GraphQLContext): Record<Scope, boolean> {
  return { 'jobs:read': caller.scopes.has('jobs:read'), 'jobs:submit': caller.scopes.has('jobs:submit') };
}

/** Throws `FORBIDDEN` where the caller lacks a scope: for what is no field, such as the references of a router. */
export function requireScope({ caller }: GraphQLContext, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw forbidden([scope]);
}

/** The caller is known, and may not do this. Nothing has been sent. */
export function forbidden(missing: readonly string[]): GraphQLError {
  const code: ErrorCode = 'FORBIDDEN';
  return new GraphQLError(`expected a caller with the scope ${missing.join(', ')}`, { extensions: { code } });
}
