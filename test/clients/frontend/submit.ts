import { type Response, send } from './fetch.ts';

const SubmitAIJob = `
  mutation SubmitAIJob($input: SubmitAIJobInput!) {
    submitAIJob(input: $input) {
      jobs { id type status }
      userErrors { code field message }
    }
  }
`;

interface Submitted {
  readonly submitAIJob: {
    readonly jobs: readonly { readonly id: string; readonly type: string; readonly status: string }[] | null;
    readonly userErrors: readonly {
      readonly code: string;
      readonly field: string[] | null;
      readonly message: string;
    }[];
  } | null;
}

/** @param idempotencyKey a new UUID for each press of the button, and the same one for each retry of it */
export function submit(
  url: string,
  apiKey: string,
  videoId: string,
  idempotencyKey: string,
): Promise<Response<Submitted>> {
  return send(url, apiKey, SubmitAIJob, { input: { videoId, types: ['VIDEO_TAG'], idempotencyKey } });
}
