import { describe, expect, it } from 'vitest';
import { exposureConfig } from '../../src/config/exposure.ts';
import { limitsConfig } from '../../src/config/limits.ts';

describe('what is shown', () => {
  it('is everything to developers, and to no other site', () => {
    expect(exposureConfig({})).toEqual({
      introspection: true,
      graphiql: true,
      suggestions: true,
      plainGet: true,
      corsOrigins: [],
      trustedDocumentsOnly: false,
    });
  });

  it('is as little as can be in production', () => {
    expect(exposureConfig({ NODE_ENV: 'production' })).toEqual({
      introspection: false,
      graphiql: false,
      suggestions: false,
      plainGet: false,
      corsOrigins: [],
      trustedDocumentsOnly: false,
    });
  });

  it('is what is set, whatever the environment', () => {
    const set = { GRAPHQL_INTROSPECTION: 'true', GRAPHIQL: 'true', TRUSTED_DOCUMENTS: 'only' };
    expect(exposureConfig({ NODE_ENV: 'production', ...set })).toMatchObject({
      introspection: true,
      graphiql: true,
      suggestions: false,
      trustedDocumentsOnly: true,
    });
    expect(exposureConfig({ GRAPHQL_INTROSPECTION: 'false' })).toMatchObject({ suggestions: false });
    const CORS_ORIGINS = 'https://a.example.com, http://localhost:3000';
    expect(exposureConfig({ CORS_ORIGINS }).corsOrigins).toEqual([
      'https://a.example.com',
      'http://localhost:3000',
    ]);
  });

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example.com/'],
    ['CORS_ORIGINS', 'null'],
    ['TRUSTED_DOCUMENTS', 'yes'],
    ['GRAPHIQL', '1'],
  ])('cannot be set by %s=%s', (name, value) => {
    expect(() => exposureConfig({ [name]: value })).toThrow(new RegExp(`^${name}: expected`));
  });
});

it('limits have defaults, and bounds', () => {
  expect(limitsConfig({})).toEqual({
    maxUpstreamCalls: 20,
    operationsPerMinute: 0,
    submissionsPerMinute: 0,
    maxConcurrentRequests: 1_000,
    maxStreams: 10_000,
  });
  expect(() => limitsConfig({ MAX_UPSTREAM_CALLS: '0' })).toThrow(/^MAX_UPSTREAM_CALLS: expected/);
});
