/** What the process of the subscribers is told, and what it tells. */

export type Transport = 'sse' | 'ws';

/** Follows one job each: the subscribers are numbered from `first` on. */
export interface FollowRequest {
  readonly kind: 'follow';
  readonly transport: Transport;
  /** Of `/graphql`, over HTTP. */
  readonly url: string;
  readonly first: number;
  readonly ids: readonly string[];
}

/** Subscribes to one job after the other and goes away after the first state, so many times. */
export interface CycleRequest {
  readonly kind: 'cycle';
  readonly url: string;
  readonly ids: readonly string[];
  readonly cycles: number;
}

/** Many subscribers over server-sent events who each follow all of the jobs. Their messages are only counted. */
export interface CrowdRequest {
  readonly kind: 'crowd';
  readonly url: string;
  readonly subscribers: number;
  readonly ids: readonly string[];
}

export type SubscribersRequest = FollowRequest | CycleRequest | CrowdRequest;

/** Something that a subscriber saw, at a time of {@link monotonicMs}. */
export type Sight = {
  readonly subscriber: number;
  readonly at: number;
} & (
  | { readonly kind: 'state'; readonly status: string }
  /** `complete`: it was told that this is all. `lost`: the connection ended without a word. */
  | { readonly kind: 'end'; readonly how: 'complete' | 'lost' }
  | { readonly kind: 'problem'; readonly text: string }
);

export type SubscribersReport =
  | { readonly kind: 'sights'; readonly sights: readonly Sight[] }
  | { readonly kind: 'cycled'; readonly problems: readonly string[] }
  /** Each subscriber of the crowd has the first state of each job. */
  | { readonly kind: 'crowd-open' }
  /** All of them were told that this is all, or are lost. */
  | { readonly kind: 'crowd-ended'; readonly at: number; readonly messages: number };

/** How many subscriptions are opened at once. */
export const OPENING_AT_ONCE = 64;

/** A time in milliseconds that all processes of the machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Works a list off, `lanes` at a time. */
export async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
