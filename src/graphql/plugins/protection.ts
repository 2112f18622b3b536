import type { ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RateLimits } from '../../auth/rate-limits.ts';
import { type Execution, refusedForNow } from '../refusal.ts';
import { useCostLimit, useSubscribedField } from './cost.ts';
import { useJSONAlone, useNoPlainGet } from './csrf.ts';
import { readManifest, useDocumentIds, useTrustedDocumentsOnly } from './documents.ts';
import { useNoIntrospection, useNoSuggestions } from './exposure.ts';
import { useDocumentLimits } from './limits.ts';
import { useRateLimit } from './rates.ts';

/** What is refused, of whom and for how much; `docs/limits.md` tells it to operators. */
export interface ProtectionOptions {
  readonly limits: { readonly maxUpstreamCalls: number };
  readonly exposure: {
    readonly introspection: boolean;
    readonly graphiql: boolean;
    readonly suggestions: boolean;
    readonly plainGet: boolean;
    readonly trustedDocumentsOnly: boolean;
  };
  readonly rates: RateLimits;
  /** Whether there are as many streams as there may be. */
  readonly isFullOfStreams: () => boolean;
  /** Called when a response over HTTP becomes a stream. */
  readonly onStream: (response: ServerResponse) => void;
}

/**
 * All that is checked of a request before it runs, in this order. What holds for documents and operations hangs on
 * parsing, validating and running them, which all transports have in common.
 */
export function protection(schema: GraphQLSchema, options: ProtectionOptions): Plugin[] {
  const { limits, exposure, rates } = options;
  const manifest = readManifest();
  return [
    useJSONAlone(),
    ...(exposure.plainGet ? [] : [useNoPlainGet()]),
    ...(exposure.trustedDocumentsOnly ? useTrustedDocumentsOnly(manifest) : useDocumentIds(manifest)),
    ...(rates.operations ? [useRateLimit(rates.operations)] : []),
    useDocumentLimits(schema),
    ...(exposure.introspection ? [] : [useNoIntrospection()]),
    ...(exposure.suggestions ? [] : [useNoSuggestions()]),
    useSubscribedField(),
    useCostLimit(limits.maxUpstreamCalls),
    useStreamLimit(options),
  ];
}

/**
 * Refuses subscriptions over HTTP where no more streams can be had. Most are refused before they are read (see
 * `src/http/overload.ts`), but of a request that takes either kind of answer only the operation tells which it will be.
 */
function useStreamLimit({ isFullOfStreams, onStream }: ProtectionOptions): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }: Execution) {
      const { res } = args.contextValue as { readonly res?: ServerResponse };
      // Over other transports the stream is there already.
      if (!res) return undefined;
      if (isFullOfStreams()) {
        const message = 'expected fewer streams at once; got one more than can be served';
        setResultAndStopExecution({ errors: [refusedForNow('OVERLOADED', message, 1_000)] });
      }
      return {
        onSubscribeResult({ result }) {
          if (isAsyncIterable(result)) onStream(res);
        },
      };
    },
  };
}
