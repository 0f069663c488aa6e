import type { SystemStore } from '../store.ts'
import { exportPackage } from './export-package.ts'
import { type ImportedPackage, type ImportOptions, importPackage } from './import-package.ts'
import type { ExportedPackage } from './package-format.ts'
import { readPackage } from './read-package.ts'

/** Services, roles and apps as one document, out of this instance and into it. */
export interface ConfigPackages {
  export(): ExportedPackage
  /** `input` is JSON as it came. Throws `bad_request`; then nothing has changed. */
  import(input: unknown, options: Pick<ImportOptions, 'overwrite'>): Promise<ImportedPackage>
}

export function createConfigPackages(
  store: SystemStore,
  options: Omit<ImportOptions, 'overwrite'>,
): ConfigPackages {
  return {
    export: () => exportPackage(store.snapshot(), options),
    import: async (input, { overwrite }) =>
      await importPackage(store, readPackage(input), { ...options, overwrite }),
  }
}
