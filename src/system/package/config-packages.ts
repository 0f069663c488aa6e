import type { SystemStore } from '../store.ts'
import { exportPackage } from './export-package.ts'
import { type ImportedPackage, type ImportOptions, importPackage } from './import-package.ts'
import type { ExportedPackage } from './package-format.ts'
import { readPackage } from './read-package.ts'
import { type Manifest, manifestOf, packZip, unpackZip } from './zip-package.ts'

/** Services, roles and apps as one document, out of this instance and into it. */
export interface ConfigPackages {
  export(): ExportedPackage
  /** `input` is JSON as it came. Throws `bad_request`; then nothing has changed. */
  import(input: unknown, options: Pick<ImportOptions, 'overwrite'>): Promise<ImportedPackage>
  /** What a zip file of this instance can hold. */
  manifest(): Manifest
  /** The zip file of what a manifest, as JSON that came, names. Throws `bad_request`. */
  exportZip(manifest: unknown): Promise<Buffer>
  /** As `import`. */
  importZip(bytes: Buffer, options: Pick<ImportOptions, 'overwrite'>): Promise<ImportedPackage>
}

export function createConfigPackages(
  store: SystemStore,
  options: Omit<ImportOptions, 'overwrite'> & { readonly version: string },
): ConfigPackages {
  const { version } = options
  const whole = () => exportPackage(store.snapshot(), options)
  const take: ConfigPackages['import'] = async (input, { overwrite }) =>
    await importPackage(store, readPackage(input), { ...options, overwrite })
  return {
    export: whole,
    import: take,
    manifest() {
      const exported = whole()
      return manifestOf(exported, { programVersion: version, createdDate: exported.exported_at ?? '' })
    },
    exportZip: async (manifest) => await packZip(manifest, whole(), version),
    importZip: async (bytes, how) => await take(await unpackZip(bytes), how),
  }
}
