export interface GatewayError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
}

export interface Response<Data> {
  /** Fields that failed are null, and `errors` has one entry for each. */
  readonly data?: Data | null;
  readonly errors?: readonly GatewayError[];
}

/** Sends a query or a mutation. A response with status 4xx or 5xx has `errors`, too. */
export async function send<Data>(
  url: string,
  apiKey: string,
  query: string,
  variables: object,
): Promise<Response<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      'x-api-key': apiKey,
    },
    body: JSON.stringify({ query, variables }),
  });
  return response.json() as Promise<Response<Data>>;
}
