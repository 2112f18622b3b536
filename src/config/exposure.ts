import { ConfigError, type Environment, flag, oneOf } from './values.ts';

/** What is shown of the API, and to whom. */
export interface ExposureConfig {
  /** `GRAPHQL_INTROSPECTION`: whether the schema can be asked for; not in production unless set. */
  readonly introspection: boolean;
  /** `GRAPHIQL`: whether browsers get GraphiQL; not in production unless set. */
  readonly graphiql: boolean;
  /** Whether errors tell names that are close to a wrong one: where introspection tells them all anyway. */
  readonly suggestions: boolean;
  /** Whether a GET is answered that any page can send, which nothing but a person at a keyboard needs; not in production. */
  readonly plainGet: boolean;
  /** `CORS_ORIGINS`: pages of which other sites may call, comma-joined; none unless set. */
  readonly corsOrigins: readonly string[];
  /** `TRUSTED_DOCUMENTS=only`: nothing but the operations of the manifest is served. */
  readonly trustedDocumentsOnly: boolean;
}

export function exposureConfig(env: Environment): ExposureConfig {
  const isProduction = env.NODE_ENV === 'production';
  const introspection = flag(env, 'GRAPHQL_INTROSPECTION', !isProduction);
  return Object.freeze({
    introspection,
    graphiql: flag(env, 'GRAPHIQL', !isProduction),
    suggestions: introspection && !isProduction,
    plainGet: !isProduction,
    corsOrigins: corsOrigins(env),
    trustedDocumentsOnly: oneOf(env, 'TRUSTED_DOCUMENTS', ['off', 'only']) === 'only',
  });
}

function corsOrigins(env: Environment): readonly string[] {
  const origins = env.CORS_ORIGINS ? env.CORS_ORIGINS.split(',').map((origin) => origin.trim()) : [];
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      const expected = 'origins joined by commas, such as https://app.example.com';
      throw new ConfigError('CORS_ORIGINS', expected, JSON.stringify(origin.slice(0, 64)));
    }
  }
  return Object.freeze(origins);
}
