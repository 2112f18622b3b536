/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The file format of a cover. */
export type AIImageFormat =
  /** An animated image. */
  | 'GIF'
  /** A still image. */
  | 'PNG';

/** The settings for each type of job. A type that is not submitted cannot have settings. */
export type AIJobConfigInput = {
  /** The settings of the `MEDIA_DNA` job. */
  mediaDNA?: MediaDNAConfigInput | null | undefined;
  /** The settings of the `VIDEO_TAG` job. */
  videoTag?: VideoTagConfigInput | null | undefined;
};

/** The processing state of a job. */
export type AIJobStatus =
  /** The job has failed. `failure` gives the reason. This state is final. */
  | 'FAIL'
  /** VOD has accepted the job and has not started it. */
  | 'INIT'
  /** VOD is processing the job. */
  | 'PROCESSING'
  /** The job has succeeded. Its result is available. This state is final. */
  | 'SUCCESS';

/** The type of analysis that an AI job performs. */
export type AIJobType =
  /** Video DNA: finds videos that resemble the submitted video. */
  | 'MEDIA_DNA'
  /** Smart tags: recognizes people, places, keywords, categories and speech. */
  | 'VIDEO_TAG';

/** The settings of a template. Exactly one field is required, and it determines the type of the template. */
export type AITemplateConfigInput =
  {   /** The settings of a template of type `IMAGE`. */
  image: ImageTemplateConfigInput; mediaAudit?: never; }
  |  { image?: never;   /** The settings of a template of type `MEDIA_AUDIT`. */
  mediaAudit: MediaAuditTemplateConfigInput; };

/** The origin of a template. */
export type AITemplateSource =
  /** Created by the account. */
  | 'CUSTOM'
  /** Provided by VOD. The template cannot be changed or deleted. */
  | 'SYSTEM';

/** The purpose of a template. */
export type AITemplateType =
  /** Image jobs, which create covers. */
  | 'IMAGE'
  /** Automated review of videos. */
  | 'MEDIA_AUDIT';

/** A kind of content that is reviewed. */
export type AuditContent =
  /** The picture. */
  | 'SCREEN';

/** A category of content that an automated review detects. */
export type AuditItem =
  /** Advertisements. */
  | 'AD'
  /** Speech that violates the rules. */
  | 'AUDIO'
  /** Undesirable scenes, such as smoking. */
  | 'LIVE'
  /** Logos. */
  | 'LOGO'
  /** Pornographic content. */
  | 'PORN'
  /** Terrorist or politically sensitive content. */
  | 'TERRORISM';

/** A part of a video that is reviewed. */
export type AuditRange =
  /** The cover image. */
  | 'IMAGE_COVER'
  /** The title. */
  | 'TEXT_TITLE'
  /** The video itself. */
  | 'VIDEO';

/** The template to create. */
export type CreateAITemplateInput = {
  /** The template's settings. */
  config: AITemplateConfigInput;
  /** The name of the template: 1 to 128 bytes of UTF-8. */
  name: string;
};

/** The settings of a template of type `IMAGE`. */
export type ImageTemplateConfigInput = {
  /** The file format of the covers. */
  format: AIImageFormat;
  /** Whether the first image becomes the video's cover. Defaults to false. */
  setDefaultCover?: boolean | null | undefined;
};

/** The settings of a template of type `MEDIA_AUDIT`. */
export type MediaAuditTemplateConfigInput = {
  /** Whether VOD blocks a video without a manual review if the automated review finds a violation. Defaults to false. */
  autoBlock?: boolean | null | undefined;
  /** The kinds of content to review. Defaults to `[SCREEN]`. */
  content?: Array<AuditContent> | null | undefined;
  /** The categories of content to detect: at least one. */
  items: Array<AuditItem>;
  /** The parts of the video to review: at least one. */
  range: Array<AuditRange>;
};

/** The settings of a `MEDIA_DNA` job. */
export type MediaDNAConfigInput = {
  /** The id of the fingerprint library to compare the video with. If omitted, VOD uses the default library. */
  dnaDBId?: string | null | undefined;
};

/** A callback that VOD calls when a job is final. */
export type MessageCallbackInput = {
  /** The type of the callback. Defaults to `http`. */
  callbackType?: string | null | undefined;
  /** An absolute http or https URL, such as `https://example.com/vod-events`. */
  callbackUrl: string;
};

/** A file format for captions. */
export type SpeechCaptionFormat =
  /** SubRip (`.srt`). */
  | 'SRT'
  /** WebVTT (`.vtt`), the format of the HTML element `track`. */
  | 'WEBVTT';

/** The video to submit, and how to create its covers. */
export type SubmitAIImageJobInput = {
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each input. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The id of the pipeline that runs the job. If omitted, VOD uses the default pipeline. */
  pipelineId?: string | null | undefined;
  /** The id of the template to use. The template has the type `IMAGE`. */
  templateId: string;
  /** The data to attach to each created job. */
  userData?: UserDataInput | null | undefined;
  /** The id of the video in VOD: 1 to 64 characters. */
  videoId: string;
};

/** The video to submit, and how to analyse it. */
export type SubmitAIJobInput = {
  /** The settings for each type of job. */
  config?: AIJobConfigInput | null | undefined;
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each input. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The id of the video in VOD: 1 to 64 characters. */
  mediaId: string;
  /** The types of analysis. VOD creates one job for each. If omitted, VOD chooses the types. */
  types?: Array<AIJobType> | null | undefined;
  /** The data to attach to each created job. */
  userData?: UserDataInput | null | undefined;
};

/** The changes to a template. Omitted fields keep their values. */
export type UpdateAITemplateInput = {
  /** The new settings. They replace all previous settings and must match the type of the template. */
  config?: AITemplateConfigInput | null | undefined;
  /** The id of the template. */
  id: string;
  /** The new name: 1 to 128 bytes of UTF-8. */
  name?: string | null | undefined;
};

/** Data to attach to a job: `extend`, `messageCallback` or both. Encoded as JSON, it has at most 512 bytes. */
export type UserDataInput = {
  /** Any JSON object, such as `{ "localId": "42" }`. VOD returns it in its events. */
  extend?: unknown;
  /** The callback for this job. Replaces the account's callback. */
  messageCallback?: MessageCallbackInput | null | undefined;
};

/** The kind of problem that a user error reports. */
export type UserErrorCode =
  /** The idempotency key belongs to an earlier submission with a different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A value of the input is invalid. `field` gives its path. */
  | 'INVALID_INPUT'
  /** VOD rejected the request. `upstream` gives the reason. */
  | 'REJECTED_BY_VOD'
  /** The first submission with this idempotency key is still in progress. Try again later. */
  | 'SUBMISSION_IN_PROGRESS'
  /** VOD does not offer the feature in the gateway's region. */
  | 'UNSUPPORTED_IN_REGION';

/** A part of a video that a smart-tag job analyses. */
export type VideoTagAnalyseType =
  /** Objects and scenes in the picture. */
  | 'ANNOTATION'
  /** Speech, by automatic speech recognition. */
  | 'ASR'
  /** The category of the video. */
  | 'CATEGORY'
  /** Faces of people. */
  | 'FACE'
  /** Text in the picture, by optical character recognition. */
  | 'OCR';

/** The settings of a `VIDEO_TAG` job. */
export type VideoTagConfigInput = {
  /** The parts of the video to analyse. If omitted, VOD chooses them. */
  analyseTypes?: Array<VideoTagAnalyseType> | null | undefined;
  /** Whether the result includes transcripts of the speech. Has an effect only if `analyseTypes` includes `ASR`. */
  origASRData?: boolean | null | undefined;
};

export type AIImageJobsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AIImageJobsQuery = { aiImageJobs: Array<{ id: string, status: AIJobStatus | null, createdAt: string | null, templateId: string | null, userData: unknown, video: { id: string } | null, templateConfig: { format: string | null, setDefaultCover: boolean | null } | null, failure: { code: string | null, message: string | null } | null, images: Array<{ url: string, score: number | null }> | null } | null> };

export type AIJobQueryVariables = Exact<{
  id: string;
}>;


export type AIJobQuery = { aiJob: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null, completedAt: string | null, failure: { code: string | null, message: string | null } | null } | null };

export type AIJobsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AIJobsQuery = { aiJobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, video: { id: string } | null } | null> };

export type AITemplateQueryVariables = Exact<{
  id: string;
}>;


export type AITemplateQuery = { aiTemplate: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, isDefault: boolean | null, createdAt: string | null, updatedAt: string | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AuditItem>, range: Array<AuditRange>, content: Array<AuditContent>, autoBlock: boolean | null }
     | null } | null };

export type AITemplatesQueryVariables = Exact<{
  type: AITemplateType;
}>;


export type AITemplatesQuery = { aiTemplates: Array<{ id: string, name: string | null, source: AITemplateSource | null, isDefault: boolean | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AuditItem>, range: Array<AuditRange>, content: Array<AuditContent>, autoBlock: boolean | null }
     | null }> };

export type CreateAITemplateMutationVariables = Exact<{
  input: CreateAITemplateInput;
}>;


export type CreateAITemplateMutation = { createAITemplate: { templateId: string | null, requestId: string | null, template: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, createdAt: string | null, config:
        | { format: AIImageFormat | null, setDefaultCover: boolean | null }
        | { items: Array<AuditItem>, range: Array<AuditRange>, content: Array<AuditContent>, autoBlock: boolean | null }
       | null } | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type DefaultAITemplateQueryVariables = Exact<{
  type: AITemplateType;
}>;


export type DefaultAITemplateQuery = { defaultAITemplate: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, isDefault: boolean | null, createdAt: string | null, updatedAt: string | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AuditItem>, range: Array<AuditRange>, content: Array<AuditContent>, autoBlock: boolean | null }
     | null } | null };

export type DeleteAIImagesMutationVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DeleteAIImagesMutation = { deleteAIImages: { deletedIds: Array<string>, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, requestId: string | null } | null }>, failures: Array<{ ids: Array<string>, code: string, message: string }> } };

export type DeleteAITemplateMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAITemplateMutation = { deleteAITemplate: { deletedId: string | null, requestId: string | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type FollowAIImageJobsSubscriptionVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FollowAIImageJobsSubscription = { aiImageJobUpdated: { id: string, status: AIJobStatus | null, failure: { code: string | null, message: string | null } | null, images: Array<{ url: string, score: number | null }> | null } };

export type FollowAIJobsSubscriptionVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FollowAIJobsSubscription = { aiJobUpdated: { id: string, type: AIJobType | null, status: AIJobStatus | null, completedAt: string | null, failure: { code: string | null, message: string | null } | null } };

export type ReadAIJobResultQueryVariables = Exact<{
  id: string;
}>;


export type ReadAIJobResultQuery = { aiJob: { id: string, status: AIJobStatus | null, data: string | null, video: { id: string } | null, failure: { code: string | null, message: string | null } | null, result:
      | { __typename: 'MediaDNAResult', matches: Array<{ similarity: number, video: { id: string }, segments: Array<{ input: { startSeconds: number, durationSeconds: number }, duplicate: { startSeconds: number, durationSeconds: number } }> }> }
      | { __typename: 'VideoTagResult', people: Array<{ tag: string, timesMs: Array<number>, faceUrl: string | null }>, times: Array<{ tag: string, timesMs: Array<number> }>, locations: Array<{ tag: string, timesMs: Array<number> }>, keywords: Array<{ tag: string, timesMs: Array<number> }>, categories: Array<{ tag: string, timesMs: Array<number> }>, transcripts: Array<{ durationMs: number | null, text: string, sentences: Array<{ startMs: number, endMs: number, text: string, channel: number | null, speechRate: number | null }> }> }
     | null } | null };

export type SetDefaultAITemplateMutationVariables = Exact<{
  id: string;
}>;


export type SetDefaultAITemplateMutation = { setDefaultAITemplate: { templateId: string | null, requestId: string | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type SpeechCaptionsQueryVariables = Exact<{
  id: string;
  format: SpeechCaptionFormat;
  maxCharsPerLine?: number | null | undefined;
  text: string;
}>;


export type SpeechCaptionsQuery = { aiJob: { id: string, result:
      | { __typename: 'MediaDNAResult' }
      | { __typename: 'VideoTagResult', transcripts: Array<{ captions: string, search: Array<{ startMs: number, endMs: number, text: string }> }> }
     | null } | null };

export type SubmitAIImageJobMutationVariables = Exact<{
  input: SubmitAIImageJobInput;
}>;


export type SubmitAIImageJobMutation = { submitAIImageJob: { requestId: string | null, job: { id: string, status: AIJobStatus | null } | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type SubmitAIJobMutationVariables = Exact<{
  input: SubmitAIJobInput;
}>;


export type SubmitAIJobMutation = { submitAIJob: { requestId: string | null, jobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, video: { id: string } | null }> | null, userErrors: Array<{ code: UserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type UpdateAITemplateMutationVariables = Exact<{
  input: UpdateAITemplateInput;
}>;


export type UpdateAITemplateMutation = { updateAITemplate: { templateId: string | null, requestId: string | null, userErrors: Array<{ code: UserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type VideoAIImagesQueryVariables = Exact<{
  id: string;
}>;


export type VideoAIImagesQuery = { video: { id: string, aiImages: Array<{ id: string, url: string | null, format: AIImageFormat | null, score: number | null, createdAt: string | null, job: { id: string, status: AIJobStatus | null, templateId: string | null } | null }> | null } | null };

export type VideoAIJobsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoAIJobsQuery = { video: { id: string, aiJobs: { totalCount: number | null, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null } | null }> } | null } | null };

export type VideoResultsQueryVariables = Exact<{
  id: string;
}>;


export type VideoResultsQuery = { video: { id: string, tags: { people: Array<{ tag: string, timesMs: Array<number> }>, keywords: Array<{ tag: string }>, categories: Array<{ tag: string }> } | null, dna: { matches: Array<{ similarity: number, video: { id: string } }> } | null } | null };


export const AIImageJobsDocument = {"__meta__":{"hash":"sha256:a1fae5f50a7e07fb40382715b9f91346355a88a90fa9dd8f94cfae789bffa5c2"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiImageJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"templateConfig"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userData"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}}]} as unknown as DocumentNode<AIImageJobsQuery, AIImageJobsQueryVariables>;
export const AIJobDocument = {"__meta__":{"hash":"sha256:41df0a4f06e4e37ed495b19698f2e5116fbfe434e336a8bd8b595c0cc3d4e75e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<AIJobQuery, AIJobQueryVariables>;
export const AIJobsDocument = {"__meta__":{"hash":"sha256:2032b53b348063b511aff6b3fab1c37b99e6ef54a4cf591d62a1d31dc2930e65"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<AIJobsQuery, AIJobsQueryVariables>;
export const AITemplateDocument = {"__meta__":{"hash":"sha256:52f856233655e1b6f9797867bada4acf87b063c8ec28fc5cf72e364eea1a8acb"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiTemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AITemplateQuery, AITemplateQueryVariables>;
export const AITemplatesDocument = {"__meta__":{"hash":"sha256:a4980712f6910e828628e2e5d30f02a8791af0975590ab32a7d7386318d9cd8c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AITemplates"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AITemplateType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiTemplates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AITemplatesQuery, AITemplatesQueryVariables>;
export const CreateAITemplateDocument = {"__meta__":{"hash":"sha256:efa7d006a67a27d4d199a612845ce9af9695d7b3b2500d0c356c96371cfb1a67"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<CreateAITemplateMutation, CreateAITemplateMutationVariables>;
export const DefaultAITemplateDocument = {"__meta__":{"hash":"sha256:de80ff6d3f4ab15a7ac377aa3a7b2c89a25d5112d62011928a66d15416169eef"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DefaultAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AITemplateType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"defaultAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DefaultAITemplateQuery, DefaultAITemplateQueryVariables>;
export const DeleteAIImagesDocument = {"__meta__":{"hash":"sha256:0d39adc08e774b3b3a9935b91b14c6561158ce01baf8405358da8be331661a72"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAIImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAIImages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedIds"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ids"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<DeleteAIImagesMutation, DeleteAIImagesMutationVariables>;
export const DeleteAITemplateDocument = {"__meta__":{"hash":"sha256:b2e30f968b1af116636041b8b773bc2724dafc0bbbd4401b061acad05ad97db3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<DeleteAITemplateMutation, DeleteAITemplateMutationVariables>;
export const FollowAIImageJobsDocument = {"__meta__":{"hash":"sha256:ce06209402f525fa8822d4700c482b0ca155bdef25a128f49ef268df3e9e45fd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowAIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiImageJobUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}}]} as unknown as DocumentNode<FollowAIImageJobsSubscription, FollowAIImageJobsSubscriptionVariables>;
export const FollowAIJobsDocument = {"__meta__":{"hash":"sha256:f1ad0299421c74d9cc5b1ee78f1bd4d841c9cb15357f9c9fc00ef4aa483ebf54"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJobUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<FollowAIJobsSubscription, FollowAIJobsSubscriptionVariables>;
export const ReadAIJobResultDocument = {"__meta__":{"hash":"sha256:b19df4abb667722c67bb7b9120045daa93e1fde24b9e2d4eb4f09aa016ee66d5"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadAIJobResult"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VideoTagResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"people"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}},{"kind":"Field","name":{"kind":"Name","value":"faceUrl"}}]}},{"kind":"Field","name":{"kind":"Name","value":"times"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"locations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keywords"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"transcripts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"sentences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"speechRate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaDNAResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"segments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"data"}}]}}]}}]} as unknown as DocumentNode<ReadAIJobResultQuery, ReadAIJobResultQueryVariables>;
export const SetDefaultAITemplateDocument = {"__meta__":{"hash":"sha256:0706a891e61f3c48e90672a35b9ae8a7bcdf018f96d32a2ca4e082c31f9d4762"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetDefaultAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setDefaultAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SetDefaultAITemplateMutation, SetDefaultAITemplateMutationVariables>;
export const SpeechCaptionsDocument = {"__meta__":{"hash":"sha256:ae792859be3c4b862c26a9c656b3f6f8475260a18b857eede38dc091abf9bcd1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SpeechCaptions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"format"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SpeechCaptionFormat"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"maxCharsPerLine"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VideoTagResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"transcripts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"captions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"Variable","name":{"kind":"Name","value":"format"}}},{"kind":"Argument","name":{"kind":"Name","value":"maxCharsPerLine"},"value":{"kind":"Variable","name":{"kind":"Name","value":"maxCharsPerLine"}}}]},{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SpeechCaptionsQuery, SpeechCaptionsQueryVariables>;
export const SubmitAIImageJobDocument = {"__meta__":{"hash":"sha256:747f0665d7d2116e616ad8929e7e63ccbbb9b43a7e2cecc243b4fe1b9b14a0ae"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIImageJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIImageJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIImageJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIImageJobMutation, SubmitAIImageJobMutationVariables>;
export const SubmitAIJobDocument = {"__meta__":{"hash":"sha256:f7281333d0e1b4cdafb5e6c454f45e796e91daf9f8a039696b6e91f06365ac1a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIJobMutation, SubmitAIJobMutationVariables>;
export const UpdateAITemplateDocument = {"__meta__":{"hash":"sha256:5d3d87be3928a8c254fac4c5c54ab725e9c8b19e75186f56c6da5a2049eac7e1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<UpdateAITemplateMutation, UpdateAITemplateMutationVariables>;
export const VideoAIImagesDocument = {"__meta__":{"hash":"sha256:5f4f95366b355a2941b3587dbe6994e7a0e60ba3335fc1b7194014bb750ceae7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiImages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"templateId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIImagesQuery, VideoAIImagesQueryVariables>;
export const VideoAIJobsDocument = {"__meta__":{"hash":"sha256:e7d74b09b2516f45150d8164f63d76cddf4be0bc6c1e7a4f4ad0199dd54b52ed"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIJobsQuery, VideoAIJobsQueryVariables>;
export const VideoResultsDocument = {"__meta__":{"hash":"sha256:cd5797658aab365341b1dad2e5ec34afbdf351552c4700d32b35f8a022eb20df"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoResults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"people"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keywords"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"dna"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoResultsQuery, VideoResultsQueryVariables>;