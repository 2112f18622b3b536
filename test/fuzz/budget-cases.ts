import type { Dice } from './dice.ts';
import { knownIds } from './hostile-values.ts';
import { type HttpCase, postOf } from './request-cases.ts';

/** A valid operation that can ask for more than one response may hold, or for more than one operation may cost. */
export interface LargeOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Numbers around the limits. */
const counts = [1, 2, 10, 11, 20, 49, 50, 51, 99, 100, 101] as const;
const references = [1, 20, 50, 51, 200, 999, 1_000, 1_001, 2_000] as const;

export function budgetRequest(dice: Dice): HttpCase {
  const accept = dice.pick(['application/json', 'application/graphql-response+json', 'text/event-stream']);
  return postOf(dice, JSON.stringify(largeOperation(dice)), accept);
}

export function largeOperation(dice: Dice): LargeOperation {
  switch (dice.below(4)) {
    case 0:
      return entities(dice);
    case 1:
      return aliasedJobs(dice);
    case 2:
      return chain(dice);
    default:
      return pages(dice);
  }
}

/** Many references, each with many fields. */
function entities(dice: Dice): LargeOperation {
  const type = dice.pick(['Video', 'Video', 'AIJob', 'AIImageJob'] as const);
  const select = { Video: videoFields, AIJob: jobFields, AIImageJob: imageJobFields }[type];
  const ids = { Video: knownIds.video, AIJob: knownIds.ai, AIImageJob: knownIds.image }[type];
  const v = idsOf(dice, ids, dice.pick(references)).map((id) => ({ __typename: type, id }));
  return {
    query: `query ($v: [_Any!]!) { _entities(representations: $v) { ... on ${type} { ${aliased(dice, select)} } } }`,
    variables: { v },
  };
}

/** Many lists of the same ids. */
function aliasedJobs(dice: Dice): LargeOperation {
  const isAI = dice.chance(70);
  const v = idsOf(dice, isAI ? knownIds.ai : knownIds.image, dice.pick(counts));
  const list = isAI
    ? `aiJobs(ids: $v) { ${jobFields(dice)} }`
    : `aiImageJobs(ids: $v) { ${imageJobFields(dice)} }`;
  return { query: `query ($v: [ID!]!) { ${aliased(dice, () => list)} }`, variables: { v } };
}

/** The jobs of a video, whose video has jobs, and so on. */
function chain(dice: Dice): LargeOperation {
  let selection = videoFields(dice);
  for (let links = dice.below(3); links > 0; links--) {
    selection = dice.chance(60)
      ? `aiJobs(first: ${dice.pick(counts)}) { edges { node { video { ${selection} } } } }`
      : `dna { matches { video { ${selection} } } }`;
  }
  return ofVideos(aliased(dice, () => selection));
}

function pages(dice: Dice): LargeOperation {
  const first = dice.pick(counts);
  const node = `aiJobs { ${jobFields(dice)} } aiImageJobs { ${imageJobFields(dice)} } video { ${videoFields(dice)} }`;
  const page = `aiSubmissions(first: ${first}) { totalCount edges { cursor node { ${node} } } }`;
  return { query: `{ ${aliased(dice, () => page)} }`, variables: {} };
}

function ofVideos(selection: string): LargeOperation {
  return {
    query: `query ($v: [_Any!]!) { _entities(representations: $v) { ... on Video { ${selection} } } }`,
    variables: { v: [{ __typename: 'Video', id: 'video-1' }] },
  };
}

/** Existing ids and others: all the same, repeated, or each once. */
function idsOf(dice: Dice, known: readonly string[], count: number): string[] {
  const kind = dice.below(3);
  const id = dice.pick(known);
  return Array.from({ length: count }, (_, index) => {
    if (kind === 0) return id;
    return kind === 1 ? (known[index % known.length] ?? id) : `other-${index}`;
  });
}

/** A field under up to fifty aliases. */
function aliased(dice: Dice, field: (dice: Dice) => string): string {
  const times = dice.pick([1, 1, 2, 5, 40, 50]);
  const selection = field(dice);
  return Array.from({ length: times }, (_, index) => `a${index}: ${selection}`).join(' ');
}

// Each of these is one field, so that it can have an alias.
function jobFields(dice: Dice): string {
  return dice.pick([
    'id',
    'data',
    'result { ... on VideoTagResult { keywords { tag timesMs } people { tag timesMs } } ... on MediaDNAResult { matches { similarity segments { input { __typename } } } } }',
    'video { tags { keywords { tag } } }',
    'video { aiJobs(first: 100) { totalCount edges { cursor node { data } } } }',
  ]);
}

function imageJobFields(dice: Dice): string {
  return dice.pick(['id', 'status', 'video { aiImages { id url } }', 'video { aiImageJobs { totalCount } }']);
}

function videoFields(dice: Dice): string {
  return dice.pick([
    'id',
    'aiJobs { totalCount }',
    'aiJobs(first: 100) { totalCount edges { cursor node { id data } } }',
    'aiImageJobs(last: 100) { edges { cursor node { id status } } }',
    'tags { keywords { tag timesMs } people { tag } }',
    'dna { matches { video { tags { keywords { tag } } } } }',
    'aiImages { id job { id status } }',
  ]);
}
