/** The key in a job's `Extend` under which it carries the {@link Marker} of the gateway that submitted it. */
export const MARKER_KEY = 'vodAiGateway';

/** What a job carries of its submission: by it the job is recognised where the answer to the submission is lost. */
export interface Marker {
  /** The submission's id in the ledger. */
  readonly submissionId: string;
  /** Whether the job's `MessageCallback` is the gateway's own, and not its submitter's. */
  readonly ownCallback: boolean;
}

const OWN_CALLBACK = '+callback';

export function markerText({ submissionId, ownCallback }: Marker): string {
  return ownCallback ? submissionId + OWN_CALLBACK : submissionId;
}

export function readMarker(text: string): Marker {
  const ownCallback = text.endsWith(OWN_CALLBACK);
  return { submissionId: ownCallback ? text.slice(0, -OWN_CALLBACK.length) : text, ownCallback };
}
