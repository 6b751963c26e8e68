import { ProjectDirectory } from '../../src/engine/ports/project-directory.ts';

/** Nothing belongs to a project, so that only who holds a role everywhere holds it. */
export class MemoryProjectDirectory extends ProjectDirectory {
  override async projectsOf(): Promise<readonly string[]> {
    return [];
  }
}
