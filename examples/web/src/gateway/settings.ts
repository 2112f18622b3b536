export const gatewayUrl = import.meta.env.VITE_GATEWAY_URL ?? 'http://127.0.0.1:4000/graphql';

const mediaBase = import.meta.env.VITE_MEDIA_BASE;

/**
 * The address of a video's file. The gateway has none, because VOD signs addresses for one viewer: ask your own backend
 * here, which calls VOD's `GetPlayInfo`.
 */
export function playUrl(videoId: string): string | undefined {
  return mediaBase === undefined ? undefined : `${mediaBase}/${encodeURIComponent(videoId)}/video.webm`;
}
