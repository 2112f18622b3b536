import { graphql } from '../generated/gql.ts';

export const jobFields = graphql(`
  fragment JobFields on AIJob {
    id
    type
    status
    createdAt
    completedAt
    failure { code message }
    video { id }
  }
`);

export const coverJobFields = graphql(`
  fragment CoverJobFields on AIImageJob {
    id
    status
    createdAt
    failure { code message }
    video { id }
  }
`);

export const userErrorFields = graphql(`
  fragment UserErrorFields on AIUserError {
    code
    field
    message
    upstream { code message requestId }
  }
`);

export const submitVideo = graphql(`
  mutation SubmitVideo($input: SubmitAIJobInput!) {
    submitAIJob(input: $input) {
      jobs { ...JobFields }
      userErrors { ...UserErrorFields }
      requestId
    }
  }
`);

export const submitVideos = graphql(`
  mutation SubmitVideos($input: SubmitAIJobsInput!) {
    submitAIJobs(input: $input) {
      results {
        jobs { ...JobFields }
        userErrors { ...UserErrorFields }
        requestId
      }
      userErrors { ...UserErrorFields }
    }
  }
`);

export const submitCovers = graphql(`
  mutation SubmitCovers($input: SubmitAIImageJobInput!) {
    submitAIImageJob(input: $input) {
      job { ...CoverJobFields }
      userErrors { ...UserErrorFields }
      requestId
    }
  }
`);

export const coverTemplates = graphql(`
  query CoverTemplates {
    aiTemplates(type: IMAGE) {
      id
      name
      config { __typename ... on AIImageTemplateConfig { format setDefaultCover } }
    }
  }
`);

export const jobUpdates = graphql(`
  subscription JobUpdates($ids: [ID!]!) {
    aiJobUpdated(ids: $ids) { ...JobFields }
  }
`);

export const coverJobUpdates = graphql(`
  subscription CoverJobUpdates($ids: [ID!]!) {
    aiImageJobUpdated(ids: $ids) { ...CoverJobFields }
  }
`);

export const jobList = graphql(`
  query JobList($filter: AIJobFilter, $first: Int, $after: String, $last: Int, $before: String) {
    knownAIJobs(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      edges { node { ...JobFields } }
    }
  }
`);

export const coverJobList = graphql(`
  query CoverJobList($filter: AIImageJobFilter, $first: Int, $after: String, $last: Int, $before: String) {
    knownAIImageJobs(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      edges { node { ...CoverJobFields } }
    }
  }
`);

export const submissionList = graphql(`
  query SubmissionList($filter: AISubmissionFilter, $first: Int, $after: String, $last: Int, $before: String) {
    aiSubmissions(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      edges { node { id kind state submittedAt requestId video { id } } }
    }
  }
`);

export const tagFields = graphql(`
  fragment TagFields on VideoTagResult {
    people { tag timesMs faceUrl }
    locations { tag timesMs }
    keywords { tag timesMs }
    times { tag timesMs }
    categories { tag }
  }
`);

export const dnaFields = graphql(`
  fragment DNAFields on MediaDNAResult {
    matches {
      video { id }
      similarity
      segments {
        input { startMs durationMs }
        duplicate { startMs durationMs }
      }
    }
  }
`);

/**
 * The results of a video. The jobs that were submitted through this gateway have transcripts; `tags` and `dna` also
 * include the results of jobs that other clients submitted.
 */
export const videoResults = graphql(`
  query VideoResults($id: ID!) {
    aiVideo(id: $id) {
      id
      tags { ...TagFields }
      dna { ...DNAFields }
      aiImages { id url score format }
      tagJob: latestAIJob(type: VIDEO_TAG) {
        ...JobFields
        result {
          __typename
          ... on VideoTagResult {
            ...TagFields
            transcripts {
              durationMs
              sentences { startMs endMs text channel }
              webvtt: captions(format: WEBVTT, maxCharsPerLine: 42)
              srt: captions(format: SRT, maxCharsPerLine: 42)
            }
          }
        }
      }
      dnaJob: latestAIJob(type: MEDIA_DNA) {
        ...JobFields
        result { __typename ...DNAFields }
      }
      aiImageJobs(first: 1) {
        edges { node { ...CoverJobFields } }
      }
    }
  }
`);

export const transcriptSearch = graphql(`
  query TranscriptSearch($jobId: ID!, $text: String!) {
    aiJob(id: $jobId) {
      id
      result {
        __typename
        ... on VideoTagResult {
          transcripts { search(text: $text) { startMs text } }
        }
      }
    }
  }
`);
