import { fileURLToPath } from 'node:url';

/** The absolute path of a file in the repository. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
