import { useState } from 'react';

const item = (videoId: string) => `cover-of-${videoId}`;

/**
 * The id of the cover that a person chose. The gateway cannot change the cover that VOD has for a video: VOD does that
 * only in an image job whose template says so. So the choice stays in this browser; your app saves it in its backend,
 * with a copy of the file, because the addresses of covers expire.
 */
export function useChosenCover(videoId: string): [string | null, (id: string) => void] {
  const [chosen, setChosen] = useState(() => localStorage.getItem(item(videoId)));
  const choose = (id: string) => {
    localStorage.setItem(item(videoId), id);
    setChosen(id);
  };
  return [chosen, choose];
}
