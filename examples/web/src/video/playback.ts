import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** The position in a video, whether or not there is a player. */
export interface Playback {
  readonly player: RefObject<HTMLVideoElement | null>;
  readonly positionMs: number;
  /** The length of the file. Undefined until the player knows it. */
  readonly lengthMs: number | undefined;
  /** Goes to a position, and plays from there. */
  readonly goTo: (ms: number) => void;
}

export function usePlayback(): Playback {
  const player = useRef<HTMLVideoElement>(null);
  const [positionMs, setPositionMs] = useState(0);
  const [lengthMs, setLengthMs] = useState<number>();

  useEffect(() => {
    const video = player.current;
    if (!video) return;
    const onTime = () => setPositionMs(video.currentTime * 1_000);
    const onLength = () => setLengthMs(Number.isFinite(video.duration) ? video.duration * 1_000 : undefined);
    onLength();
    video.addEventListener('timeupdate', onTime);
    video.addEventListener('seeking', onTime);
    video.addEventListener('durationchange', onLength);
    return () => {
      video.removeEventListener('timeupdate', onTime);
      video.removeEventListener('seeking', onTime);
      video.removeEventListener('durationchange', onLength);
    };
  }, []);

  const goTo = useCallback((ms: number) => {
    setPositionMs(ms);
    const video = player.current;
    if (!video) return;
    video.currentTime = ms / 1_000;
    // A browser may forbid sound before the first click on the player. The position is right in any case.
    void video.play().catch(() => undefined);
  }, []);
  return { player, positionMs, lengthMs, goTo };
}
