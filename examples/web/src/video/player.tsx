import { playUrl } from '../gateway/settings.ts';
import { useBlobUrl } from './blob-url.ts';
import type { Playback } from './playback.ts';

/** The video with its captions. */
export function Player({
  videoId,
  webvtt,
  poster,
  playback,
}: {
  videoId: string;
  webvtt: string | undefined;
  poster: string | undefined;
  playback: Playback;
}) {
  const captions = useBlobUrl(webvtt, 'text/vtt');
  const address = playUrl(videoId);
  if (address === undefined) {
    return (
      <div className="player no-player">
        {poster !== undefined && <img src={poster} alt="The cover" />}
        <p>Set VITE_MEDIA_BASE, or your own address in settings.ts, to play the video here.</p>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: a video without a transcript has no captions
    <video
      ref={playback.player}
      className="player"
      controls
      playsInline
      preload="metadata"
      crossOrigin="anonymous"
      src={address}
      poster={poster}
    >
      {/* The key makes the browser read the captions again. */}
      {captions !== undefined && (
        <track key={captions} kind="captions" label="Captions" src={captions} default />
      )}
    </video>
  );
}
