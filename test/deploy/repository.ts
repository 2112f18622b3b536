import { fileURLToPath } from 'node:url';

/** A file of the repository, by its path in it. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
