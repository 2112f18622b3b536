/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A kind of content that is reviewed. */
export type AIAuditContent =
  /** The picture. */
  | 'SCREEN';

/** A category of content that an automated review detects. */
export type AIAuditItem =
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
export type AIAuditRange =
  /** The cover image. */
  | 'IMAGE_COVER'
  /** The title. */
  | 'TEXT_TITLE'
  /** The video itself. */
  | 'VIDEO';

/** The suggestion of a review. */
export type AIAuditSuggestion =
  /** The content violates a rule. */
  | 'BLOCK'
  /** Nothing was found. */
  | 'PASS'
  /** Something may violate a rule. A person should look at it. */
  | 'REVIEW';

/** The file format of a cover. */
export type AIImageFormat =
  /** An animated image. */
  | 'GIF'
  /** A still image. */
  | 'PNG';

/** Selects image jobs. A job must match every field that is given. */
export type AIImageJobFilter = {
  /** Only jobs that were submitted at this time or later. */
  createdAfter?: string | null | undefined;
  /** Only jobs that were submitted before this time. */
  createdBefore?: string | null | undefined;
  /** Only jobs that were in one of these states when the gateway last read them. */
  status?: Array<AIJobStatus> | null | undefined;
  /** Only jobs on this video: 1 to 64 characters. */
  videoId?: string | null | undefined;
};

/** The settings of a template of type `IMAGE`. */
export type AIImageTemplateConfigInput = {
  /** The file format of the covers. */
  format: AIImageFormat;
  /** Whether the first image becomes the video's cover. Defaults to false. */
  setDefaultCover?: boolean | null | undefined;
};

/** The settings for each type of job. A type that is not submitted cannot have settings. */
export type AIJobConfigInput = {
  /** The settings of the `MEDIA_DNA` job. */
  mediaDNA?: MediaDNAConfigInput | null | undefined;
  /** The settings of the `VIDEO_TAG` job. */
  videoTag?: VideoTagConfigInput | null | undefined;
};

/** Selects AI jobs. A job must match every field that is given. */
export type AIJobFilter = {
  /** Only jobs that were submitted at this time or later. */
  createdAfter?: string | null | undefined;
  /** Only jobs that were submitted before this time. */
  createdBefore?: string | null | undefined;
  /** Only jobs that were in one of these states when the gateway last read them. */
  status?: Array<AIJobStatus> | null | undefined;
  /** Only jobs of one of these types. */
  type?: Array<AIJobType> | null | undefined;
  /** Only jobs on this video: 1 to 64 characters. */
  videoId?: string | null | undefined;
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

/** Selects review jobs. A job must match every field that is given. */
export type AIMediaAuditJobFilter = {
  /** Only jobs that were submitted at this time or later. */
  createdAfter?: string | null | undefined;
  /** Only jobs that were submitted before this time. */
  createdBefore?: string | null | undefined;
  /** Only jobs that were in one of these states when the gateway last read them. */
  status?: Array<AIJobStatus> | null | undefined;
  /** Only jobs on this video: 1 to 64 characters. */
  videoId?: string | null | undefined;
};

/** A callback that VOD calls when a job is final. */
export type AIMessageCallbackInput = {
  /** The type of the callback. Defaults to `http`. */
  callbackType?: string | null | undefined;
  /** An absolute http or https URL, such as `https://example.com/vod-events`. */
  callbackUrl: string;
};

/** What identifies a submission. Exactly one field is required. */
export type AISubmissionBy =
  {   /** The id of the submission. The payload of a submission has it, and so has `extensions.submissionId` of the error `SUBMISSION_OUTCOME_UNKNOWN`. */
  id: string; idempotencyKey?: never; }
  |  { id?: never;   /** The idempotency key of the submission. If several callers have used the key, it selects your own submission, or else the newest one, which only callers with the scope `submissions:all` can read. */
  idempotencyKey: string; };

/** Selects submissions. A submission must match every field that is given. */
export type AISubmissionFilter = {
  /** Only submissions of one of these kinds. */
  kind?: Array<AISubmissionKind> | null | undefined;
  /** Only submissions in one of these states. */
  state?: Array<AISubmissionState> | null | undefined;
  /** Only submissions that the gateway received at this time or later. */
  submittedAfter?: string | null | undefined;
  /** Only submissions that the gateway received before this time. */
  submittedBefore?: string | null | undefined;
  /** Only submissions of this video: 1 to 64 characters. */
  videoId?: string | null | undefined;
};

/** The kind of jobs that a submission creates. */
export type AISubmissionKind =
  /** AI jobs, submitted with `submitAIJob` or `submitAIJobs`. */
  | 'AI'
  /** An image job, submitted with `submitAIImageJob`. */
  | 'IMAGE'
  /** A review job, submitted with `submitAIMediaAuditJob` or `submitAIImageAuditJob`. */
  | 'MEDIA_AUDIT';

/** How the gateway found the result of a submission whose response was lost. */
export type AISubmissionResolver =
  /** VOD lists the jobs of the video, and exactly one for each type fits, or none was created. */
  | 'LISTING'
  /** One of VOD's jobs or events carries the id of the submission. */
  | 'MARKER';

/** The state of a submission. */
export type AISubmissionState =
  /** VOD did not run the request. You can send the submission again. */
  | 'FAILED'
  /** VOD created the jobs. */
  | 'MADE'
  /** The gateway is sending the request to VOD. */
  | 'PENDING'
  /** VOD rejected the request. */
  | 'REFUSED'
  /** The gateway sent the request and does not know whether VOD created jobs. */
  | 'UNKNOWN';

/** The settings of a template. Exactly one field is required, and it determines the type of the template. */
export type AITemplateConfigInput =
  {   /** The settings of a template of type `IMAGE`. */
  image: AIImageTemplateConfigInput; mediaAudit?: never; }
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

/** Data to attach to a job: `extend`, `messageCallback` or both. Encoded as JSON, it has at most 512 bytes. */
export type AIUserDataInput = {
  /** Any JSON object, such as `{ "localId": "42" }`. VOD returns it in its events. */
  extend?: unknown;
  /** The callback for this job. Replaces the account's callback. */
  messageCallback?: AIMessageCallbackInput | null | undefined;
};

/** The kind of problem that a user error reports. */
export type AIUserErrorCode =
  /** The idempotency key belongs to an earlier one of your submissions, with a different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A value of the input is invalid. `field` gives its path. */
  | 'INVALID_INPUT'
  /** No job was created: the submission was not sent, or VOD did not process it. You can send it again under the same idempotency key. */
  | 'NOT_SENT'
  /** VOD rejected the request. `upstream` gives the reason. */
  | 'REJECTED_BY_VOD'
  /** The first submission with this idempotency key is still in progress. Try again later. */
  | 'SUBMISSION_IN_PROGRESS'
  /** Only in the results of `submitAIJobs`. The gateway does not know whether VOD created jobs. `submission` tells when it is known. Do not send it again without its idempotency key. */
  | 'SUBMISSION_OUTCOME_UNKNOWN'
  /** VOD does not offer the feature in the gateway's region. */
  | 'UNSUPPORTED_IN_REGION';

/** The template to create. */
export type CreateAITemplateInput = {
  /** The template's settings. */
  config: AITemplateConfigInput;
  /** The name of the template: 1 to 128 bytes of UTF-8. */
  name: string;
};

/** The covers to delete. */
export type DeleteAIImagesInput = {
  /** The ids of the covers: at most 100. */
  ids: Array<string>;
};

/** The template to delete. */
export type DeleteAITemplateInput = {
  /** The id of the template. */
  id: string;
};

/** The video whose fingerprint to delete. */
export type DeleteMediaDNAInput = {
  /** The id of the video in VOD: 1 to 64 characters. */
  videoId: string;
};

/** The settings of a template of type `MEDIA_AUDIT`. */
export type MediaAuditTemplateConfigInput = {
  /** Whether VOD blocks a video without a manual review if the automated review finds a violation. Defaults to false. */
  autoBlock?: boolean | null | undefined;
  /** The kinds of content to review. Defaults to `[SCREEN]`. */
  content?: Array<AIAuditContent> | null | undefined;
  /** The categories of content to detect: at least one. */
  items: Array<AIAuditItem>;
  /** The parts of the video to review: at least one. */
  range: Array<AIAuditRange>;
};

/** The settings of a `MEDIA_DNA` job. */
export type MediaDNAConfigInput = {
  /** The id of the fingerprint library to compare the video with. If omitted, VOD uses the default library. */
  dnaDBId?: string | null | undefined;
};

/** The template to make the default of its type. */
export type SetDefaultAITemplateInput = {
  /** The id of the template. */
  id: string;
};

/** A file format for captions. */
export type SpeechCaptionFormat =
  /** SubRip (`.srt`). */
  | 'SRT'
  /** WebVTT (`.vtt`), the format of the HTML element `track`. */
  | 'WEBVTT';

/** The image to submit, and how to review it. */
export type SubmitAIImageAuditJobInput = {
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The id of the image in VOD: 1 to 64 characters. */
  imageId: string;
  /** The type of the content, as agreed with the support of VOD: letters, digits and underscores. VOD applies rules of its own to it. */
  resourceType?: string | null | undefined;
  /** The id of the template to use. The template has the type `MEDIA_AUDIT`. */
  templateId: string;
};

/** The video to submit, and how to create its covers. */
export type SubmitAIImageJobInput = {
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The id of the pipeline that runs the job. If omitted, VOD uses the default pipeline. */
  pipelineId?: string | null | undefined;
  /** The id of the template to use. The template has the type `IMAGE`. */
  templateId: string;
  /** The data to attach to each created job. */
  userData?: AIUserDataInput | null | undefined;
  /** The id of the video in VOD: 1 to 64 characters. */
  videoId: string;
};

/** The video to submit, and how to analyse it. */
export type SubmitAIJobInput = {
  /** The settings for each type of job. */
  config?: AIJobConfigInput | null | undefined;
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The types of analysis. VOD creates one job for each. If omitted, VOD chooses the types. */
  types?: Array<AIJobType> | null | undefined;
  /** The data to attach to each created job. */
  userData?: AIUserDataInput | null | undefined;
  /** The id of the video in VOD: 1 to 64 characters. */
  videoId: string;
};

/** The videos to submit, and how to analyse all of them. */
export type SubmitAIJobsInput = {
  /** The settings for each type of job. */
  config?: AIJobConfigInput | null | undefined;
  /** The types of analysis. VOD creates one job for each video and type. If omitted, VOD chooses the types. */
  types?: Array<AIJobType> | null | undefined;
  /** The videos: 1 to 100. Each is a submission of its own. An idempotency key can be used only once. */
  videos: Array<SubmitAIJobsVideoInput>;
};

/** One of the videos to submit. */
export type SubmitAIJobsVideoInput = {
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The data to attach to each created job. */
  userData?: AIUserDataInput | null | undefined;
  /** The id of the video in VOD: 1 to 64 characters. */
  videoId: string;
};

/** The video to submit, and how to review it. */
export type SubmitAIMediaAuditJobInput = {
  /** A key that makes retries safe: 1 to 255 visible characters, unique for each of your inputs. Other callers have keys of their own. The gateway submits at most once under a key. If you send the same input again, it returns the result of the first submission. Keys are kept for at least 24 hours. */
  idempotencyKey?: string | null | undefined;
  /** The type of the content, as agreed with the support of VOD: letters, digits and underscores. VOD applies rules of its own to it. */
  resourceType?: string | null | undefined;
  /** The id of the template to use. The template has the type `MEDIA_AUDIT`. If omitted, VOD uses the default template. */
  templateId?: string | null | undefined;
  /** The data to attach to each created job. */
  userData?: AIUserDataInput | null | undefined;
  /** The id of the video or audio file in VOD: 1 to 64 characters. */
  videoId: string;
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

/** A part of a video that a smart-tag job analyses. */
export type VideoTagAnalyseType =
  /** Objects and scenes in the picture. Since 2024 VOD documents only `ASR` and `OCR`, so it may ignore or reject this value. */
  | 'ANNOTATION'
  /** Speech, by automatic speech recognition. */
  | 'ASR'
  /** The category of the video. Since 2024 VOD documents only `ASR` and `OCR`, so it may ignore or reject this value. */
  | 'CATEGORY'
  /** Faces of people. Since 2024 VOD documents only `ASR` and `OCR`, so it may ignore or reject this value. */
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

export type AIImageJobQueryVariables = Exact<{
  id: string;
}>;


export type AIImageJobQuery = { aiImageJob: { id: string, status: AIJobStatus | null, createdAt: string | null, template: { id: string, name: string | null } | null, failure: { code: string | null, message: string | null } | null, images: Array<{ url: string, score: number | null }> | null } | null };

export type AIImageJobsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AIImageJobsQuery = { aiImageJobs: Array<{ id: string, status: AIJobStatus | null, createdAt: string | null, templateId: string | null, userData: unknown, video: { id: string } | null, templateConfig: { format: AIImageFormat | null, setDefaultCover: boolean | null } | null, failure: { code: string | null, message: string | null } | null, images: Array<{ url: string, score: number | null }> | null } | null> };

export type AIJobQueryVariables = Exact<{
  id: string;
}>;


export type AIJobQuery = { aiJob: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null, completedAt: string | null, failure: { code: string | null, message: string | null } | null } | null };

export type AIJobsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AIJobsQuery = { aiJobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, video: { id: string } | null } | null> };

export type AIMediaAuditJobQueryVariables = Exact<{
  id: string;
}>;


export type AIMediaAuditJobQuery = { aiMediaAuditJob: { id: string, status: AIJobStatus | null, createdAt: string | null, completedAt: string | null, data: string | null, video: { id: string } | null, failure: { code: string | null, message: string | null } | null, result: { suggestion: AIAuditSuggestion | null, labels: Array<string>, modules: Array<AIAuditRange>, video: { suggestion: AIAuditSuggestion | null, label: string | null, porn: { suggestion: AIAuditSuggestion | null, label: string | null, maxScore: number | null, averageScore: number | null, counts: Array<{ label: string | null, count: number | null }>, top: Array<{ label: string | null, score: number | null, timeMs: number | null, url: string | null }> } | null, terrorism: { suggestion: AIAuditSuggestion | null } | null, ad: { suggestion: AIAuditSuggestion | null } | null, live: { suggestion: AIAuditSuggestion | null } | null, logo: { suggestion: AIAuditSuggestion | null } | null } | null, images: Array<{ type: string | null, url: string | null, suggestion: AIAuditSuggestion | null, labels: Array<string>, scenes: Array<{ scene: string | null, label: string | null, score: number | null, suggestion: AIAuditSuggestion | null }> }>, texts: Array<{ type: string | null, content: string | null, scene: string | null, label: string | null, score: number | null, suggestion: AIAuditSuggestion | null }>, audio: Array<{ scene: string | null, label: string | null, score: number | null, suggestion: AIAuditSuggestion | null }> } | null } | null };

export type AIMediaAuditJobsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type AIMediaAuditJobsQuery = { aiMediaAuditJobs: Array<{ id: string, status: AIJobStatus | null, result: { suggestion: AIAuditSuggestion | null, labels: Array<string> } | null } | null> };

export type AISubmissionQueryVariables = Exact<{
  by: AISubmissionBy;
}>;


export type AISubmissionQuery = { aiSubmission: { id: string, kind: AISubmissionKind, state: AISubmissionState, caller: string | null, idempotencyKey: string | null, submittedAt: string, requestId: string | null, resolvedBy: AISubmissionResolver | null, video: { id: string }, aiJobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null }>, candidates: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null }> | null, aiImageJobs: Array<{ id: string, status: AIJobStatus | null }>, aiMediaAuditJobs: Array<{ id: string, status: AIJobStatus | null }> } | null };

export type AISubmissionsQueryVariables = Exact<{
  filter?: AISubmissionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type AISubmissionsQuery = { aiSubmissions: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, kind: AISubmissionKind, state: AISubmissionState, caller: string | null, idempotencyKey: string | null, submittedAt: string, video: { id: string } } }> } };

export type AITemplateQueryVariables = Exact<{
  id: string;
}>;


export type AITemplateQuery = { aiTemplate: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, isDefault: boolean | null, createdAt: string | null, updatedAt: string | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AIAuditItem>, range: Array<AIAuditRange>, content: Array<AIAuditContent>, autoBlock: boolean | null }
     | null } | null };

export type AITemplatesQueryVariables = Exact<{
  type: AITemplateType;
}>;


export type AITemplatesQuery = { aiTemplates: Array<{ id: string, name: string | null, source: AITemplateSource | null, isDefault: boolean | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AIAuditItem>, range: Array<AIAuditRange>, content: Array<AIAuditContent>, autoBlock: boolean | null }
     | null }> };

export type CreateAITemplateMutationVariables = Exact<{
  input: CreateAITemplateInput;
}>;


export type CreateAITemplateMutation = { createAITemplate: { templateId: string | null, requestId: string | null, template: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, createdAt: string | null, config:
        | { format: AIImageFormat | null, setDefaultCover: boolean | null }
        | { items: Array<AIAuditItem>, range: Array<AIAuditRange>, content: Array<AIAuditContent>, autoBlock: boolean | null }
       | null } | null, userErrors: Array<{ code: AIUserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type DefaultAITemplateQueryVariables = Exact<{
  type: AITemplateType;
}>;


export type DefaultAITemplateQuery = { defaultAITemplate: { id: string, name: string | null, type: AITemplateType | null, source: AITemplateSource | null, isDefault: boolean | null, createdAt: string | null, updatedAt: string | null, config:
      | { format: AIImageFormat | null, setDefaultCover: boolean | null }
      | { items: Array<AIAuditItem>, range: Array<AIAuditRange>, content: Array<AIAuditContent>, autoBlock: boolean | null }
     | null } | null };

export type DeleteAIImagesMutationVariables = Exact<{
  input: DeleteAIImagesInput;
}>;


export type DeleteAIImagesMutation = { deleteAIImages: { deletedIds: Array<string>, userErrors: Array<{ code: AIUserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, requestId: string | null } | null }>, failures: Array<{ ids: Array<string>, code: string, message: string }> } };

export type DeleteAITemplateMutationVariables = Exact<{
  input: DeleteAITemplateInput;
}>;


export type DeleteAITemplateMutation = { deleteAITemplate: { deletedId: string | null, requestId: string | null, userErrors: Array<{ code: AIUserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type DeleteMediaDNAMutationVariables = Exact<{
  input: DeleteMediaDNAInput;
}>;


export type DeleteMediaDNAMutation = { deleteMediaDNA: { videoId: string | null, requestId: string | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string }> } };

export type FollowAIImageJobsSubscriptionVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FollowAIImageJobsSubscription = { aiImageJobUpdated: { id: string, status: AIJobStatus | null, failure: { code: string | null, message: string | null } | null, images: Array<{ url: string, score: number | null }> | null } };

export type FollowAIJobsSubscriptionVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FollowAIJobsSubscription = { aiJobUpdated: { id: string, type: AIJobType | null, status: AIJobStatus | null, completedAt: string | null, data: string | null, video: { id: string } | null, failure: { code: string | null, message: string | null } | null, result:
      | { __typename: 'MediaDNAResult', matches: Array<{ similarity: number, video: { id: string }, segments: Array<{ input: { startMs: number, durationMs: number }, duplicate: { startMs: number, durationMs: number } }> }> }
      | { __typename: 'VideoTagResult', people: Array<{ tag: string, timesMs: Array<number>, faceUrl: string | null }>, times: Array<{ tag: string, timesMs: Array<number> }>, locations: Array<{ tag: string, timesMs: Array<number> }>, keywords: Array<{ tag: string, timesMs: Array<number> }>, categories: Array<{ tag: string, timesMs: Array<number> }>, transcripts: Array<{ durationMs: number | null, text: string, sentences: Array<{ startMs: number, endMs: number, text: string, channel: number | null, speechRate: number | null }> }> }
     | null } };

export type FollowAIMediaAuditJobsSubscriptionVariables = Exact<{
  ids: Array<string> | string;
}>;


export type FollowAIMediaAuditJobsSubscription = { aiMediaAuditJobUpdated: { id: string, status: AIJobStatus | null, failure: { code: string | null, message: string | null } | null, result: { suggestion: AIAuditSuggestion | null, labels: Array<string> } | null } };

export type KnownAIImageJobsQueryVariables = Exact<{
  filter?: AIImageJobFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type KnownAIImageJobsQuery = { knownAIImageJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, status: AIJobStatus | null, createdAt: string | null, video: { id: string } | null } }> } };

export type KnownAIJobsQueryVariables = Exact<{
  filter?: AIJobFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type KnownAIJobsQuery = { knownAIJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null, video: { id: string } | null } }> } };

export type KnownAIMediaAuditJobsQueryVariables = Exact<{
  filter?: AIMediaAuditJobFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type KnownAIMediaAuditJobsQuery = { knownAIMediaAuditJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, status: AIJobStatus | null, createdAt: string | null, video: { id: string } | null } }> } };

export type LatestAIJobQueryVariables = Exact<{
  id: string;
  type: AIJobType;
}>;


export type LatestAIJobQuery = { aiVideo: { id: string, latestAIJob: { id: string, status: AIJobStatus | null, createdAt: string | null } | null } };

export type ReadAIJobResultQueryVariables = Exact<{
  id: string;
}>;


export type ReadAIJobResultQuery = { aiJob: { id: string, status: AIJobStatus | null, data: string | null, video: { id: string } | null, failure: { code: string | null, message: string | null } | null, result:
      | { __typename: 'MediaDNAResult', matches: Array<{ similarity: number, video: { id: string }, segments: Array<{ input: { startMs: number, durationMs: number }, duplicate: { startMs: number, durationMs: number } }> }> }
      | { __typename: 'VideoTagResult', people: Array<{ tag: string, timesMs: Array<number>, faceUrl: string | null }>, times: Array<{ tag: string, timesMs: Array<number> }>, locations: Array<{ tag: string, timesMs: Array<number> }>, keywords: Array<{ tag: string, timesMs: Array<number> }>, categories: Array<{ tag: string, timesMs: Array<number> }>, transcripts: Array<{ durationMs: number | null, text: string, sentences: Array<{ startMs: number, endMs: number, text: string, channel: number | null, speechRate: number | null }> }> }
     | null } | null };

export type SetDefaultAITemplateMutationVariables = Exact<{
  input: SetDefaultAITemplateInput;
}>;


export type SetDefaultAITemplateMutation = { setDefaultAITemplate: { templateId: string | null, requestId: string | null, userErrors: Array<{ code: AIUserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

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

export type SubmitAIImageAuditJobMutationVariables = Exact<{
  input: SubmitAIImageAuditJobInput;
}>;


export type SubmitAIImageAuditJobMutation = { submitAIImageAuditJob: { requestId: string | null, job: { id: string, status: AIJobStatus | null } | null, submission: { id: string, state: AISubmissionState } | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type SubmitAIImageJobMutationVariables = Exact<{
  input: SubmitAIImageJobInput;
}>;


export type SubmitAIImageJobMutation = { submitAIImageJob: { requestId: string | null, job: { id: string, status: AIJobStatus | null } | null, submission: { id: string, state: AISubmissionState } | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type SubmitAIJobMutationVariables = Exact<{
  input: SubmitAIJobInput;
}>;


export type SubmitAIJobMutation = { submitAIJob: { requestId: string | null, jobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, video: { id: string } | null }> | null, submission: { id: string, state: AISubmissionState } | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type SubmitAIJobsMutationVariables = Exact<{
  input: SubmitAIJobsInput;
}>;


export type SubmitAIJobsMutation = { submitAIJobs: { results: Array<{ requestId: string | null, jobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, video: { id: string } | null }> | null, submission: { id: string, state: AISubmissionState } | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> }> | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string }> } };

export type SubmitAIMediaAuditJobMutationVariables = Exact<{
  input: SubmitAIMediaAuditJobInput;
}>;


export type SubmitAIMediaAuditJobMutation = { submitAIMediaAuditJob: { requestId: string | null, job: { id: string, status: AIJobStatus | null } | null, submission: { id: string, state: AISubmissionState } | null, userErrors: Array<{ code: AIUserErrorCode, field: Array<string> | null, message: string, upstream: { code: string | null, requestId: string | null } | null }> } };

export type UpdateAITemplateMutationVariables = Exact<{
  input: UpdateAITemplateInput;
}>;


export type UpdateAITemplateMutation = { updateAITemplate: { templateId: string | null, requestId: string | null, userErrors: Array<{ code: AIUserErrorCode, message: string, field: Array<string> | null, upstream: { code: string | null, message: string | null, requestId: string | null } | null }> } };

export type VideoAIImageJobsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type VideoAIImageJobsQuery = { aiVideo: { id: string, aiImageJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, status: AIJobStatus | null, createdAt: string | null } }> } } };

export type VideoAIImagesQueryVariables = Exact<{
  id: string;
}>;


export type VideoAIImagesQuery = { aiVideo: { id: string, aiImages: Array<{ id: string, url: string | null, format: AIImageFormat | null, score: number | null, createdAt: string | null, job: { id: string, status: AIJobStatus | null, templateId: string | null } | null }> | null } };

export type VideoAIJobsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoAIJobsQuery = { aiVideo: { id: string, aiJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null } }> } } };

export type VideoAIJobsInVODQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoAIJobsInVODQuery = { aiVideo: { id: string, aiJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, type: AIJobType | null, status: AIJobStatus | null, createdAt: string | null } }> } } };

export type VideoAIMediaAuditJobsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type VideoAIMediaAuditJobsQuery = { aiVideo: { id: string, aiMediaAuditJobs: { totalCount: number, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, edges: Array<{ cursor: string, node: { id: string, status: AIJobStatus | null, createdAt: string | null } }> } } };

export type VideoAuditQueryVariables = Exact<{
  id: string;
  page?: number | null | undefined;
  speechPage?: number | null | undefined;
}>;


export type VideoAuditQuery = { aiVideo: { id: string, auditResult: { suggestion: AIAuditSuggestion | null, labels: Array<string>, modules: Array<AIAuditRange> } | null, auditTimeline: { porn: Array<{ timeMs: number | null, label: string | null, score: number | null }>, terrorism: Array<{ timeMs: number | null, label: string | null, score: number | null }>, ad: Array<{ timeMs: number | null, label: string | null, score: number | null }>, live: Array<{ timeMs: number | null, label: string | null, score: number | null }>, logo: Array<{ timeMs: number | null, label: string | null, score: number | null }> } | null, auditDetails: { totalCount: number | null, frames: Array<{ timeMs: number | null, url: string | null, porn: { label: string | null, score: number | null } | null, terrorism: { label: string | null, score: number | null } | null, ad: { label: string | null, score: number | null } | null, live: { label: string | null, score: number | null } | null, logo: { label: string | null, score: number | null } | null }> } | null, auditSpeech: { pageCount: number | null, page: number | null, sentences: Array<{ startMs: number | null, endMs: number | null, label: string | null, text: string | null }> } | null } };

export type VideoResultsQueryVariables = Exact<{
  id: string;
}>;


export type VideoResultsQuery = { aiVideo: { id: string, tags: { people: Array<{ tag: string, timesMs: Array<number> }>, keywords: Array<{ tag: string }>, categories: Array<{ tag: string }> } | null, dna: { matches: Array<{ similarity: number, video: { id: string } }> } | null } };

export type WaitForAIJobsQueryVariables = Exact<{
  ids: Array<string> | string;
  waitMs?: number | null | undefined;
}>;


export type WaitForAIJobsQuery = { aiJobs: Array<{ id: string, type: AIJobType | null, status: AIJobStatus | null, completedAt: string | null, failure: { code: string | null, message: string | null } | null } | null> };


export const AIImageJobDocument = {"__meta__":{"hash":"sha256:ae21b94c077d171b06bb45b9f58a763253d2bbaf97691a2eeee055474fbb7b60"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIImageJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiImageJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}}]} as unknown as DocumentNode<AIImageJobQuery, AIImageJobQueryVariables>;
export const AIImageJobsDocument = {"__meta__":{"hash":"sha256:a1fae5f50a7e07fb40382715b9f91346355a88a90fa9dd8f94cfae789bffa5c2"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiImageJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"templateConfig"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userData"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}}]} as unknown as DocumentNode<AIImageJobsQuery, AIImageJobsQueryVariables>;
export const AIJobDocument = {"__meta__":{"hash":"sha256:41df0a4f06e4e37ed495b19698f2e5116fbfe434e336a8bd8b595c0cc3d4e75e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<AIJobQuery, AIJobQueryVariables>;
export const AIJobsDocument = {"__meta__":{"hash":"sha256:2032b53b348063b511aff6b3fab1c37b99e6ef54a4cf591d62a1d31dc2930e65"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<AIJobsQuery, AIJobsQueryVariables>;
export const AIMediaAuditJobDocument = {"__meta__":{"hash":"sha256:ac2380f409853a118256b4dcdf5b87775ca0e0d09b696bf186c79695d58fa98e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIMediaAuditJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiMediaAuditJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"modules"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"porn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"maxScore"}},{"kind":"Field","name":{"kind":"Name","value":"averageScore"}},{"kind":"Field","name":{"kind":"Name","value":"counts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"top"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"terrorism"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ad"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"live"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"logo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"scenes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scene"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"texts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"scene"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"audio"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scene"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"suggestion"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"data"}}]}}]}}]} as unknown as DocumentNode<AIMediaAuditJobQuery, AIMediaAuditJobQueryVariables>;
export const AIMediaAuditJobsDocument = {"__meta__":{"hash":"sha256:68f2b0de66a1056535ce60e41f3f81c8fc15488ae1a4386f2936df3fb24ad032"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AIMediaAuditJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiMediaAuditJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}}]}}]}}]}}]} as unknown as DocumentNode<AIMediaAuditJobsQuery, AIMediaAuditJobsQueryVariables>;
export const AISubmissionDocument = {"__meta__":{"hash":"sha256:7750d94eadce28d607d2c6bc7b61478f1ec3bc00ddcc6b57ae6bc5b4c7206133"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AISubmission"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"by"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AISubmissionBy"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiSubmission"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"Variable","name":{"kind":"Name","value":"by"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"caller"}},{"kind":"Field","name":{"kind":"Name","value":"idempotencyKey"}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedBy"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"candidates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"aiImageJobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"aiMediaAuditJobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<AISubmissionQuery, AISubmissionQueryVariables>;
export const AISubmissionsDocument = {"__meta__":{"hash":"sha256:63153f700c4c40ef4ea55c1aecc6cf0176e2aa5e4dd1bf656ca9989226cb28e3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AISubmissions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AISubmissionFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiSubmissions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"caller"}},{"kind":"Field","name":{"kind":"Name","value":"idempotencyKey"}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<AISubmissionsQuery, AISubmissionsQueryVariables>;
export const AITemplateDocument = {"__meta__":{"hash":"sha256:6884cbf1c50eb25874f718f165c454d77d4ef2e440aa25bf144db7cd47620989"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiTemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AIImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AITemplateQuery, AITemplateQueryVariables>;
export const AITemplatesDocument = {"__meta__":{"hash":"sha256:5efdee1f9203dca331d9e74b40d68bafbdae2326d22dade06d11a9a58ef572dd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AITemplates"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AITemplateType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiTemplates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AIImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AITemplatesQuery, AITemplatesQueryVariables>;
export const CreateAITemplateDocument = {"__meta__":{"hash":"sha256:6281e06291102c49bc16b15d85f670e00699d90a6ff9bc9157e959acdfdc771e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AIImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<CreateAITemplateMutation, CreateAITemplateMutationVariables>;
export const DefaultAITemplateDocument = {"__meta__":{"hash":"sha256:3784c180fbf1694315288bff09288c7e7f9b8ceeff7b7cbe844d7be11685ae3a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DefaultAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AITemplateType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"defaultAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AIImageTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"setDefaultCover"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaAuditTemplateConfig"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"items"}},{"kind":"Field","name":{"kind":"Name","value":"range"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"autoBlock"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DefaultAITemplateQuery, DefaultAITemplateQueryVariables>;
export const DeleteAIImagesDocument = {"__meta__":{"hash":"sha256:41f797607832c231c558bac7f5c417ec9c10186f25ad6d10e27bbc0907e51090"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAIImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteAIImagesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAIImages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedIds"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ids"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<DeleteAIImagesMutation, DeleteAIImagesMutationVariables>;
export const DeleteAITemplateDocument = {"__meta__":{"hash":"sha256:a534bab884eb7a0b6196ccec6a94d95e3b61a8b8b51f28ea1b05984638e1dff9"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<DeleteAITemplateMutation, DeleteAITemplateMutationVariables>;
export const DeleteMediaDNADocument = {"__meta__":{"hash":"sha256:e5191e2e146e21658b383b282220f785a2d583b070da0031311c14f14f12b528"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteMediaDNA"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteMediaDNAInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteMediaDNA"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"videoId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<DeleteMediaDNAMutation, DeleteMediaDNAMutationVariables>;
export const FollowAIImageJobsDocument = {"__meta__":{"hash":"sha256:ce06209402f525fa8822d4700c482b0ca155bdef25a128f49ef268df3e9e45fd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowAIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiImageJobUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}}]} as unknown as DocumentNode<FollowAIImageJobsSubscription, FollowAIImageJobsSubscriptionVariables>;
export const FollowAIJobsDocument = {"__meta__":{"hash":"sha256:602a4689b305552faa995a3ab1f011c6828b7199fe6b69b6cea3fe89c6e684e4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJobUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VideoTagResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"people"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}},{"kind":"Field","name":{"kind":"Name","value":"faceUrl"}}]}},{"kind":"Field","name":{"kind":"Name","value":"times"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"locations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keywords"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"transcripts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"sentences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"speechRate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaDNAResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"segments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"data"}}]}}]}}]} as unknown as DocumentNode<FollowAIJobsSubscription, FollowAIJobsSubscriptionVariables>;
export const FollowAIMediaAuditJobsDocument = {"__meta__":{"hash":"sha256:f6b7e7bcd927fb8381f53f271cc4279b033b5a10fef702b750f5441b49d06311"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowAIMediaAuditJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiMediaAuditJobUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}}]}}]}}]}}]} as unknown as DocumentNode<FollowAIMediaAuditJobsSubscription, FollowAIMediaAuditJobsSubscriptionVariables>;
export const KnownAIImageJobsDocument = {"__meta__":{"hash":"sha256:9c5594da69b564fe54d46cd77c815bf93566194d4caeab3e8eb3fd1bcdb2ca23"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"KnownAIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AIImageJobFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"knownAIImageJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<KnownAIImageJobsQuery, KnownAIImageJobsQueryVariables>;
export const KnownAIJobsDocument = {"__meta__":{"hash":"sha256:bb8e94f3390c57eed962c55181d258ea2bf1921aa13d155b2a007d7297b9c177"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"KnownAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AIJobFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"knownAIJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<KnownAIJobsQuery, KnownAIJobsQueryVariables>;
export const KnownAIMediaAuditJobsDocument = {"__meta__":{"hash":"sha256:fd7020aaf65a892d93eb4fcf775e9299b3a6f4243d4acce362df3d954dbc6039"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"KnownAIMediaAuditJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AIMediaAuditJobFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"knownAIMediaAuditJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<KnownAIMediaAuditJobsQuery, KnownAIMediaAuditJobsQueryVariables>;
export const LatestAIJobDocument = {"__meta__":{"hash":"sha256:a2e18bf602fb5eb08c70cf24045a2141ebb4e6d580bc007d26677d7387a7f158"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LatestAIJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AIJobType"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"latestAIJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]} as unknown as DocumentNode<LatestAIJobQuery, LatestAIJobQueryVariables>;
export const ReadAIJobResultDocument = {"__meta__":{"hash":"sha256:ce7e678e5b35cf7129305396b2c4d6f0afe6dc0b89efcb89b19bca0b1df1305c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadAIJobResult"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VideoTagResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"people"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}},{"kind":"Field","name":{"kind":"Name","value":"faceUrl"}}]}},{"kind":"Field","name":{"kind":"Name","value":"times"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"locations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keywords"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"transcripts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"sentences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"speechRate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MediaDNAResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}},{"kind":"Field","name":{"kind":"Name","value":"segments"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"input"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"duplicate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"data"}}]}}]}}]} as unknown as DocumentNode<ReadAIJobResultQuery, ReadAIJobResultQueryVariables>;
export const SetDefaultAITemplateDocument = {"__meta__":{"hash":"sha256:7014fdc80e41fe15b4a11e769654b82cbbffe08436edcb7f27ed26d9bf610210"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetDefaultAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetDefaultAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setDefaultAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SetDefaultAITemplateMutation, SetDefaultAITemplateMutationVariables>;
export const SpeechCaptionsDocument = {"__meta__":{"hash":"sha256:ae792859be3c4b862c26a9c656b3f6f8475260a18b857eede38dc091abf9bcd1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SpeechCaptions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"format"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SpeechCaptionFormat"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"maxCharsPerLine"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"text"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VideoTagResult"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"transcripts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"captions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"Variable","name":{"kind":"Name","value":"format"}}},{"kind":"Argument","name":{"kind":"Name","value":"maxCharsPerLine"},"value":{"kind":"Variable","name":{"kind":"Name","value":"maxCharsPerLine"}}}]},{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"text"},"value":{"kind":"Variable","name":{"kind":"Name","value":"text"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<SpeechCaptionsQuery, SpeechCaptionsQueryVariables>;
export const SubmitAIImageAuditJobDocument = {"__meta__":{"hash":"sha256:49c2848f032ace259c8fb60b874f05bc59bc764a95e958f5c502ae166b2a6bc1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIImageAuditJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIImageAuditJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIImageAuditJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submission"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIImageAuditJobMutation, SubmitAIImageAuditJobMutationVariables>;
export const SubmitAIImageJobDocument = {"__meta__":{"hash":"sha256:67f42b53eda64f2aa26e1e722f2cb8c9f44f6a3dca5eb3f58c6d2ab1f1bb4f25"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIImageJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIImageJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIImageJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submission"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIImageJobMutation, SubmitAIImageJobMutationVariables>;
export const SubmitAIJobDocument = {"__meta__":{"hash":"sha256:caf0f424d5a73d3b947532df5e73b2781f344f1e7e326782963466ca821e36ed"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"submission"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIJobMutation, SubmitAIJobMutationVariables>;
export const SubmitAIJobsDocument = {"__meta__":{"hash":"sha256:9939b80111854c650c140e18bb2388847bf4e66861c41f39ec698256a94e6c2d"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIJobsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"submission"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<SubmitAIJobsMutation, SubmitAIJobsMutationVariables>;
export const SubmitAIMediaAuditJobDocument = {"__meta__":{"hash":"sha256:eb074e73b3b6ae6ffb27e8db641693d1346b9d0fac4d478d50337dcb153f1ef7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubmitAIMediaAuditJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubmitAIMediaAuditJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"submitAIMediaAuditJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submission"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<SubmitAIMediaAuditJobMutation, SubmitAIMediaAuditJobMutationVariables>;
export const UpdateAITemplateDocument = {"__meta__":{"hash":"sha256:5d3d87be3928a8c254fac4c5c54ab725e9c8b19e75186f56c6da5a2049eac7e1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateAITemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateAITemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateAITemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templateId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"upstream"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}}]}}]}}]} as unknown as DocumentNode<UpdateAITemplateMutation, UpdateAITemplateMutationVariables>;
export const VideoAIImageJobsDocument = {"__meta__":{"hash":"sha256:e990df032af2d3e6abf14b0106d496f733d85d6987b479744a7aff811f80b015"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIImageJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiImageJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIImageJobsQuery, VideoAIImageJobsQueryVariables>;
export const VideoAIImagesDocument = {"__meta__":{"hash":"sha256:a8784b50e3685d015e937427faca24802c04ff0568677ffd1b18f75195b73dbf"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiImages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"format"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"templateId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIImagesQuery, VideoAIImagesQueryVariables>;
export const VideoAIJobsDocument = {"__meta__":{"hash":"sha256:c35402c8090c6648f5d626c01660706c5da16dc8360b112da7af3451f8bfeb40"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIJobsQuery, VideoAIJobsQueryVariables>;
export const VideoAIJobsInVODDocument = {"__meta__":{"hash":"sha256:6a93d59e31e880ce55e998205564700286ffd9e680a88f5f9b5c7744b2badabe"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIJobsInVOD"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"source"},"value":{"kind":"EnumValue","value":"VOD"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIJobsInVODQuery, VideoAIJobsInVODQueryVariables>;
export const VideoAIMediaAuditJobsDocument = {"__meta__":{"hash":"sha256:08ed6b0b00fa3dc5fbed9c5ba83ba23a66a9b1c6312c985a864fe35bf41569da"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAIMediaAuditJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"aiMediaAuditJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAIMediaAuditJobsQuery, VideoAIMediaAuditJobsQueryVariables>;
export const VideoAuditDocument = {"__meta__":{"hash":"sha256:b46432b599a204b8bb079ef55615d98ca36bfeb25bb97ec5ae1dfc7f9cf084e7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoAudit"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"page"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"speechPage"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"auditResult"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"suggestion"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"modules"}}]}},{"kind":"Field","name":{"kind":"Name","value":"auditTimeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"porn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"terrorism"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ad"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"live"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"logo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"auditDetails"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"page"},"value":{"kind":"Variable","name":{"kind":"Name","value":"page"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"frames"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeMs"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"porn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"terrorism"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ad"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"live"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"logo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"auditSpeech"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"page"},"value":{"kind":"Variable","name":{"kind":"Name","value":"speechPage"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageCount"}},{"kind":"Field","name":{"kind":"Name","value":"page"}},{"kind":"Field","name":{"kind":"Name","value":"sentences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startMs"}},{"kind":"Field","name":{"kind":"Name","value":"endMs"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoAuditQuery, VideoAuditQueryVariables>;
export const VideoResultsDocument = {"__meta__":{"hash":"sha256:2fe0bc7c24bc9eaeee91399bdee64899799ad8d950acbae65724e1a81b2a99cd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VideoResults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiVideo"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"people"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"timesMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keywords"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"dna"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"video"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"similarity"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VideoResultsQuery, VideoResultsQueryVariables>;
export const WaitForAIJobsDocument = {"__meta__":{"hash":"sha256:6376b9544a7e44848a006562c0222b8869378a3be1b4af3aaae205232628405b"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WaitForAIJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"waitMs"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"30000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aiJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}},{"kind":"Argument","name":{"kind":"Name","value":"waitMs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"waitMs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<WaitForAIJobsQuery, WaitForAIJobsQueryVariables>;