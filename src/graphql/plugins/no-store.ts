import type { Plugin } from 'graphql-yoga';

/** Yoga lets browsers store event streams (`no-cache`). Their data belongs to one caller. */
export function useNoStore(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
    },
  };
}
