/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query AIImageJobs($ids: [ID!]!) {\n  aiImageJobs(ids: $ids) {\n    id\n    status\n    video {\n      id\n    }\n    createdAt\n    templateId\n    templateConfig {\n      format\n      setDefaultCover\n    }\n    userData\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}": typeof types.AIImageJobsDocument,
    "query AIJob($id: ID!) {\n  aiJob(id: $id) {\n    id\n    type\n    status\n    createdAt\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}": typeof types.AIJobDocument,
    "query AIJobs($ids: [ID!]!) {\n  aiJobs(ids: $ids) {\n    id\n    type\n    status\n    video {\n      id\n    }\n  }\n}": typeof types.AIJobsDocument,
    "query AITemplates($type: AITemplateType!) {\n  aiTemplates(type: $type) {\n    id\n    name\n    source\n    isDefault\n    config {\n      ... on ImageTemplateConfig {\n        format\n        setDefaultCover\n      }\n      ... on MediaAuditTemplateConfig {\n        items\n        range\n        content\n        autoBlock\n      }\n    }\n  }\n}": typeof types.AITemplatesDocument,
    "mutation CreateAITemplate($input: CreateAITemplateInput!) {\n  createAITemplate(input: $input) {\n    template {\n      id\n      name\n      type\n      source\n      createdAt\n      config {\n        ... on ImageTemplateConfig {\n          format\n          setDefaultCover\n        }\n        ... on MediaAuditTemplateConfig {\n          items\n          range\n          content\n          autoBlock\n        }\n      }\n    }\n    userErrors {\n      code\n      message\n      field\n      upstream {\n        code\n        message\n        requestId\n      }\n    }\n    requestId\n  }\n}": typeof types.CreateAITemplateDocument,
    "mutation DeleteAIImages($ids: [ID!]!) {\n  deleteAIImages(ids: $ids) {\n    deletedIds\n    userErrors {\n      code\n      message\n      field\n    }\n    failures {\n      ids\n      code\n      message\n    }\n  }\n}": typeof types.DeleteAIImagesDocument,
    "subscription FollowAIImageJobs($ids: [ID!]!) {\n  aiImageJobUpdated(ids: $ids) {\n    id\n    status\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}": typeof types.FollowAIImageJobsDocument,
    "subscription FollowAIJobs($ids: [ID!]!) {\n  aiJobUpdated(ids: $ids) {\n    id\n    type\n    status\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}": typeof types.FollowAIJobsDocument,
    "query ReadAIJobResult($id: ID!) {\n  aiJob(id: $id) {\n    id\n    status\n    video {\n      id\n    }\n    failure {\n      code\n      message\n    }\n    result {\n      __typename\n      ... on VideoTagResult {\n        people {\n          tag\n          timesMs\n          faceUrl\n        }\n        times {\n          tag\n          timesMs\n        }\n        locations {\n          tag\n          timesMs\n        }\n        keywords {\n          tag\n          timesMs\n        }\n        categories {\n          tag\n          timesMs\n        }\n        transcripts {\n          durationMs\n          sentences {\n            startMs\n            endMs\n            text\n            channel\n            speechRate\n          }\n        }\n      }\n      ... on MediaDNAResult {\n        matches {\n          video {\n            id\n          }\n          similarity\n          segments {\n            input {\n              startSeconds\n              durationSeconds\n            }\n            duplicate {\n              startSeconds\n              durationSeconds\n            }\n          }\n        }\n      }\n    }\n    data\n  }\n}": typeof types.ReadAIJobResultDocument,
    "mutation SubmitAIImageJob($input: SubmitAIImageJobInput!) {\n  submitAIImageJob(input: $input) {\n    job {\n      id\n      status\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}": typeof types.SubmitAIImageJobDocument,
    "mutation SubmitAIJob($input: SubmitAIJobInput!) {\n  submitAIJob(input: $input) {\n    jobs {\n      id\n      type\n      status\n      video {\n        id\n      }\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}": typeof types.SubmitAIJobDocument,
    "query VideoAIImages($id: ID!) {\n  video(id: $id) {\n    id\n    aiImages {\n      id\n      url\n      format\n      score\n      createdAt\n      job {\n        id\n        status\n        templateId\n      }\n    }\n  }\n}": typeof types.VideoAIImagesDocument,
    "query VideoAIJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    id\n    aiJobs(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          type\n          status\n          createdAt\n        }\n      }\n    }\n  }\n}": typeof types.VideoAIJobsDocument,
    "query VideoResults($id: ID!) {\n  video(id: $id) {\n    id\n    tags {\n      people {\n        tag\n        timesMs\n      }\n      keywords {\n        tag\n      }\n      categories {\n        tag\n      }\n    }\n    dna {\n      matches {\n        video {\n          id\n        }\n        similarity\n      }\n    }\n  }\n}": typeof types.VideoResultsDocument,
};
const documents: Documents = {
    "query AIImageJobs($ids: [ID!]!) {\n  aiImageJobs(ids: $ids) {\n    id\n    status\n    video {\n      id\n    }\n    createdAt\n    templateId\n    templateConfig {\n      format\n      setDefaultCover\n    }\n    userData\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}": types.AIImageJobsDocument,
    "query AIJob($id: ID!) {\n  aiJob(id: $id) {\n    id\n    type\n    status\n    createdAt\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}": types.AIJobDocument,
    "query AIJobs($ids: [ID!]!) {\n  aiJobs(ids: $ids) {\n    id\n    type\n    status\n    video {\n      id\n    }\n  }\n}": types.AIJobsDocument,
    "query AITemplates($type: AITemplateType!) {\n  aiTemplates(type: $type) {\n    id\n    name\n    source\n    isDefault\n    config {\n      ... on ImageTemplateConfig {\n        format\n        setDefaultCover\n      }\n      ... on MediaAuditTemplateConfig {\n        items\n        range\n        content\n        autoBlock\n      }\n    }\n  }\n}": types.AITemplatesDocument,
    "mutation CreateAITemplate($input: CreateAITemplateInput!) {\n  createAITemplate(input: $input) {\n    template {\n      id\n      name\n      type\n      source\n      createdAt\n      config {\n        ... on ImageTemplateConfig {\n          format\n          setDefaultCover\n        }\n        ... on MediaAuditTemplateConfig {\n          items\n          range\n          content\n          autoBlock\n        }\n      }\n    }\n    userErrors {\n      code\n      message\n      field\n      upstream {\n        code\n        message\n        requestId\n      }\n    }\n    requestId\n  }\n}": types.CreateAITemplateDocument,
    "mutation DeleteAIImages($ids: [ID!]!) {\n  deleteAIImages(ids: $ids) {\n    deletedIds\n    userErrors {\n      code\n      message\n      field\n    }\n    failures {\n      ids\n      code\n      message\n    }\n  }\n}": types.DeleteAIImagesDocument,
    "subscription FollowAIImageJobs($ids: [ID!]!) {\n  aiImageJobUpdated(ids: $ids) {\n    id\n    status\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}": types.FollowAIImageJobsDocument,
    "subscription FollowAIJobs($ids: [ID!]!) {\n  aiJobUpdated(ids: $ids) {\n    id\n    type\n    status\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}": types.FollowAIJobsDocument,
    "query ReadAIJobResult($id: ID!) {\n  aiJob(id: $id) {\n    id\n    status\n    video {\n      id\n    }\n    failure {\n      code\n      message\n    }\n    result {\n      __typename\n      ... on VideoTagResult {\n        people {\n          tag\n          timesMs\n          faceUrl\n        }\n        times {\n          tag\n          timesMs\n        }\n        locations {\n          tag\n          timesMs\n        }\n        keywords {\n          tag\n          timesMs\n        }\n        categories {\n          tag\n          timesMs\n        }\n        transcripts {\n          durationMs\n          sentences {\n            startMs\n            endMs\n            text\n            channel\n            speechRate\n          }\n        }\n      }\n      ... on MediaDNAResult {\n        matches {\n          video {\n            id\n          }\n          similarity\n          segments {\n            input {\n              startSeconds\n              durationSeconds\n            }\n            duplicate {\n              startSeconds\n              durationSeconds\n            }\n          }\n        }\n      }\n    }\n    data\n  }\n}": types.ReadAIJobResultDocument,
    "mutation SubmitAIImageJob($input: SubmitAIImageJobInput!) {\n  submitAIImageJob(input: $input) {\n    job {\n      id\n      status\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}": types.SubmitAIImageJobDocument,
    "mutation SubmitAIJob($input: SubmitAIJobInput!) {\n  submitAIJob(input: $input) {\n    jobs {\n      id\n      type\n      status\n      video {\n        id\n      }\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}": types.SubmitAIJobDocument,
    "query VideoAIImages($id: ID!) {\n  video(id: $id) {\n    id\n    aiImages {\n      id\n      url\n      format\n      score\n      createdAt\n      job {\n        id\n        status\n        templateId\n      }\n    }\n  }\n}": types.VideoAIImagesDocument,
    "query VideoAIJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    id\n    aiJobs(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          type\n          status\n          createdAt\n        }\n      }\n    }\n  }\n}": types.VideoAIJobsDocument,
    "query VideoResults($id: ID!) {\n  video(id: $id) {\n    id\n    tags {\n      people {\n        tag\n        timesMs\n      }\n      keywords {\n        tag\n      }\n      categories {\n        tag\n      }\n    }\n    dna {\n      matches {\n        video {\n          id\n        }\n        similarity\n      }\n    }\n  }\n}": types.VideoResultsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AIImageJobs($ids: [ID!]!) {\n  aiImageJobs(ids: $ids) {\n    id\n    status\n    video {\n      id\n    }\n    createdAt\n    templateId\n    templateConfig {\n      format\n      setDefaultCover\n    }\n    userData\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}"): (typeof documents)["query AIImageJobs($ids: [ID!]!) {\n  aiImageJobs(ids: $ids) {\n    id\n    status\n    video {\n      id\n    }\n    createdAt\n    templateId\n    templateConfig {\n      format\n      setDefaultCover\n    }\n    userData\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AIJob($id: ID!) {\n  aiJob(id: $id) {\n    id\n    type\n    status\n    createdAt\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}"): (typeof documents)["query AIJob($id: ID!) {\n  aiJob(id: $id) {\n    id\n    type\n    status\n    createdAt\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AIJobs($ids: [ID!]!) {\n  aiJobs(ids: $ids) {\n    id\n    type\n    status\n    video {\n      id\n    }\n  }\n}"): (typeof documents)["query AIJobs($ids: [ID!]!) {\n  aiJobs(ids: $ids) {\n    id\n    type\n    status\n    video {\n      id\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AITemplates($type: AITemplateType!) {\n  aiTemplates(type: $type) {\n    id\n    name\n    source\n    isDefault\n    config {\n      ... on ImageTemplateConfig {\n        format\n        setDefaultCover\n      }\n      ... on MediaAuditTemplateConfig {\n        items\n        range\n        content\n        autoBlock\n      }\n    }\n  }\n}"): (typeof documents)["query AITemplates($type: AITemplateType!) {\n  aiTemplates(type: $type) {\n    id\n    name\n    source\n    isDefault\n    config {\n      ... on ImageTemplateConfig {\n        format\n        setDefaultCover\n      }\n      ... on MediaAuditTemplateConfig {\n        items\n        range\n        content\n        autoBlock\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateAITemplate($input: CreateAITemplateInput!) {\n  createAITemplate(input: $input) {\n    template {\n      id\n      name\n      type\n      source\n      createdAt\n      config {\n        ... on ImageTemplateConfig {\n          format\n          setDefaultCover\n        }\n        ... on MediaAuditTemplateConfig {\n          items\n          range\n          content\n          autoBlock\n        }\n      }\n    }\n    userErrors {\n      code\n      message\n      field\n      upstream {\n        code\n        message\n        requestId\n      }\n    }\n    requestId\n  }\n}"): (typeof documents)["mutation CreateAITemplate($input: CreateAITemplateInput!) {\n  createAITemplate(input: $input) {\n    template {\n      id\n      name\n      type\n      source\n      createdAt\n      config {\n        ... on ImageTemplateConfig {\n          format\n          setDefaultCover\n        }\n        ... on MediaAuditTemplateConfig {\n          items\n          range\n          content\n          autoBlock\n        }\n      }\n    }\n    userErrors {\n      code\n      message\n      field\n      upstream {\n        code\n        message\n        requestId\n      }\n    }\n    requestId\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteAIImages($ids: [ID!]!) {\n  deleteAIImages(ids: $ids) {\n    deletedIds\n    userErrors {\n      code\n      message\n      field\n    }\n    failures {\n      ids\n      code\n      message\n    }\n  }\n}"): (typeof documents)["mutation DeleteAIImages($ids: [ID!]!) {\n  deleteAIImages(ids: $ids) {\n    deletedIds\n    userErrors {\n      code\n      message\n      field\n    }\n    failures {\n      ids\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription FollowAIImageJobs($ids: [ID!]!) {\n  aiImageJobUpdated(ids: $ids) {\n    id\n    status\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}"): (typeof documents)["subscription FollowAIImageJobs($ids: [ID!]!) {\n  aiImageJobUpdated(ids: $ids) {\n    id\n    status\n    failure {\n      code\n      message\n    }\n    images {\n      url\n      score\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription FollowAIJobs($ids: [ID!]!) {\n  aiJobUpdated(ids: $ids) {\n    id\n    type\n    status\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}"): (typeof documents)["subscription FollowAIJobs($ids: [ID!]!) {\n  aiJobUpdated(ids: $ids) {\n    id\n    type\n    status\n    completedAt\n    failure {\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ReadAIJobResult($id: ID!) {\n  aiJob(id: $id) {\n    id\n    status\n    video {\n      id\n    }\n    failure {\n      code\n      message\n    }\n    result {\n      __typename\n      ... on VideoTagResult {\n        people {\n          tag\n          timesMs\n          faceUrl\n        }\n        times {\n          tag\n          timesMs\n        }\n        locations {\n          tag\n          timesMs\n        }\n        keywords {\n          tag\n          timesMs\n        }\n        categories {\n          tag\n          timesMs\n        }\n        transcripts {\n          durationMs\n          sentences {\n            startMs\n            endMs\n            text\n            channel\n            speechRate\n          }\n        }\n      }\n      ... on MediaDNAResult {\n        matches {\n          video {\n            id\n          }\n          similarity\n          segments {\n            input {\n              startSeconds\n              durationSeconds\n            }\n            duplicate {\n              startSeconds\n              durationSeconds\n            }\n          }\n        }\n      }\n    }\n    data\n  }\n}"): (typeof documents)["query ReadAIJobResult($id: ID!) {\n  aiJob(id: $id) {\n    id\n    status\n    video {\n      id\n    }\n    failure {\n      code\n      message\n    }\n    result {\n      __typename\n      ... on VideoTagResult {\n        people {\n          tag\n          timesMs\n          faceUrl\n        }\n        times {\n          tag\n          timesMs\n        }\n        locations {\n          tag\n          timesMs\n        }\n        keywords {\n          tag\n          timesMs\n        }\n        categories {\n          tag\n          timesMs\n        }\n        transcripts {\n          durationMs\n          sentences {\n            startMs\n            endMs\n            text\n            channel\n            speechRate\n          }\n        }\n      }\n      ... on MediaDNAResult {\n        matches {\n          video {\n            id\n          }\n          similarity\n          segments {\n            input {\n              startSeconds\n              durationSeconds\n            }\n            duplicate {\n              startSeconds\n              durationSeconds\n            }\n          }\n        }\n      }\n    }\n    data\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SubmitAIImageJob($input: SubmitAIImageJobInput!) {\n  submitAIImageJob(input: $input) {\n    job {\n      id\n      status\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}"): (typeof documents)["mutation SubmitAIImageJob($input: SubmitAIImageJobInput!) {\n  submitAIImageJob(input: $input) {\n    job {\n      id\n      status\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SubmitAIJob($input: SubmitAIJobInput!) {\n  submitAIJob(input: $input) {\n    jobs {\n      id\n      type\n      status\n      video {\n        id\n      }\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}"): (typeof documents)["mutation SubmitAIJob($input: SubmitAIJobInput!) {\n  submitAIJob(input: $input) {\n    jobs {\n      id\n      type\n      status\n      video {\n        id\n      }\n    }\n    userErrors {\n      code\n      field\n      message\n      upstream {\n        code\n        requestId\n      }\n    }\n    requestId\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query VideoAIImages($id: ID!) {\n  video(id: $id) {\n    id\n    aiImages {\n      id\n      url\n      format\n      score\n      createdAt\n      job {\n        id\n        status\n        templateId\n      }\n    }\n  }\n}"): (typeof documents)["query VideoAIImages($id: ID!) {\n  video(id: $id) {\n    id\n    aiImages {\n      id\n      url\n      format\n      score\n      createdAt\n      job {\n        id\n        status\n        templateId\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query VideoAIJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    id\n    aiJobs(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          type\n          status\n          createdAt\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query VideoAIJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    id\n    aiJobs(first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      edges {\n        node {\n          id\n          type\n          status\n          createdAt\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query VideoResults($id: ID!) {\n  video(id: $id) {\n    id\n    tags {\n      people {\n        tag\n        timesMs\n      }\n      keywords {\n        tag\n      }\n      categories {\n        tag\n      }\n    }\n    dna {\n      matches {\n        video {\n          id\n        }\n        similarity\n      }\n    }\n  }\n}"): (typeof documents)["query VideoResults($id: ID!) {\n  video(id: $id) {\n    id\n    tags {\n      people {\n        tag\n        timesMs\n      }\n      keywords {\n        tag\n      }\n      categories {\n        tag\n      }\n    }\n    dna {\n      matches {\n        video {\n          id\n        }\n        similarity\n      }\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;