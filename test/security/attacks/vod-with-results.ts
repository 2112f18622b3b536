import { scriptedServer } from '../../rpc/scripted-server.ts';

export interface Results {
  /** `Data` of every job. */
  readonly data?: string;
  /** The number of matches of every video. */
  readonly matches?: number;
}

/** A VOD in which every job is finished and every video has results. It does not check signatures. */
export async function vodWithResults({ data = '{}', matches = 0 }: Results = {}) {
  const dna = JSON.stringify({
    VideoDNA: Array.from({ length: matches }, (_, index) => ({
      PrimaryKey: `match-${index}`,
      Similarity: 0.9,
      Detail: [],
    })),
  });
  const job = { Type: 'AIVideoTag', Status: 'success', CreationTime: '2020-06-28T02:04:32Z', Data: data };
  const results: Readonly<Record<string, (parameters: URLSearchParams) => object>> = {
    ListAIJob: (parameters) => {
      const ids = parameters.get('JobIds')?.split(',') ?? [];
      return { AIJobList: { AIJob: ids.map((id) => ({ JobId: id, MediaId: `video-of-${id}`, ...job })) } };
    },
    GetMediaDNAResult: () => ({ DNAResult: dna }),
    GetAIVideoTagResult: () => ({
      VideoTagResult: JSON.stringify({ Keyword: [{ Tag: 'harbour', Times: ['1000'] }] }),
    }),
  };
  const { origin, requests } = await scriptedServer([
    (response, { path, headers }) => {
      const result = results[String(headers['x-acs-action'])]?.(
        new URL(path, 'http://localhost').searchParams,
      );
      response.writeHead(result ? 200 : 404, { 'content-type': 'application/json;charset=utf-8' });
      response.end(JSON.stringify(result ? { RequestId: 'R', ...result } : { Code: 'InvalidAction' }));
    },
  ]);
  return {
    origin,
    /** The number of calls that have arrived so far. */
    get calls(): number {
      return requests.length;
    },
  };
}

/** A result of smart tags of about this many bytes, with text that JSON escapes and text that UTF-8 makes longer. */
export function resultOf(bytes: number): string {
  const keyword = (index: number) => ({ Tag: `港口"${index}"`, Times: ['3260', '4000'] });
  const perKeyword = Buffer.byteLength(JSON.stringify(keyword(1_000))) + 1;
  const Keyword = Array.from({ length: Math.floor(bytes / perKeyword) }, (_, index) => keyword(index));
  return JSON.stringify({ Keyword });
}
