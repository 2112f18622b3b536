import { expect, it } from 'vitest';
import { ATTACK_MS, attackedGateway, codesOf } from './attacked-gateway.ts';
import { vodWithResults } from './vod-with-results.ts';

const MAX_UPSTREAM_CALLS = 100;
const MATCHES = 1_000;

interface Answer {
  readonly aiVideo: {
    readonly dna: { readonly matches: readonly { readonly video: { readonly tags: unknown } | null }[] };
  };
}

it(
  'an operation calls VOD at most 100 times, whatever VOD returns',
  async () => {
    const vod = await vodWithResults({ matches: MATCHES });
    const gateway = await attackedGateway(vod.origin);
    const query = '{ aiVideo(id: "video-1") { dna { matches { video { tags { keywords { tag } } } } } } }';

    const { data, errors } = await gateway.survives(() => gateway.ask<Answer>({ query }));

    expect(vod.calls).toBe(MAX_UPSTREAM_CALLS);
    const tags = data?.aiVideo.dna.matches.map(({ video }) => video?.tags ?? null) ?? [];
    expect(tags).toHaveLength(MATCHES);
    const read = tags.filter((tag) => tag !== null);
    // One call read the matches.
    expect(read).toEqual(Array(MAX_UPSTREAM_CALLS - 1).fill({ keywords: [{ tag: 'harbour' }] }));
    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
    expect(errors).toHaveLength(MATCHES - read.length);
  },
  ATTACK_MS,
);
