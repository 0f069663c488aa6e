import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface CodeFile {
  /** From the top of the repository, with `/`. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly from: string
  /** A path in the repository, or the name of a package. */
  readonly to: string
  readonly isPackage: boolean
  /** `type` is gone when the program runs. */
  readonly kind: 'static' | 'dynamic' | 'type'
}

export function importsOf({ path, text }: CodeFile): Import[] {
  const code = withoutComments(text)
  const found = (pattern: RegExp, kind: (type: string | undefined) => Import['kind']) =>
    [...code.matchAll(pattern)].map(({ groups }): Import => {
      const specifier = groups?.name ?? ''
      const isPackage = !specifier.startsWith('.')
      const to = isPackage ? specifier : posix.join(posix.dirname(path), specifier)
      return { from: path, to, isPackage, kind: kind(groups?.type) }
    })
  return [
    ...found(
      /^\s*import\s+(?<type>type\s+)?(?:[\w$*{},\s]+?\sfrom\s+)?['"](?<name>[^'"]+)['"]/gm,
      typeOrStatic,
    ),
    ...found(/^\s*export\s+(?<type>type\s+)?[\w$*{},\s]*?\s?from\s+['"](?<name>[^'"]+)['"]/gm, typeOrStatic),
    ...found(/\bimport\(\s*['"](?<name>[^'"]+)['"]\s*\)/g, () => 'dynamic'),
    ...found(/\brequire\(\s*['"](?<name>[^'"]+)['"]\s*\)/g, () => 'static'),
  ]
}

function typeOrStatic(type: string | undefined): Import['kind'] {
  return type === undefined ? 'static' : 'type'
}

/** Takes out the comments that start a line or follow code and a space; a `/*` inside text stays. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/(^|\s)\/\/.*$/gm, '')
}

export function readCode(folder: string): CodeFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(process.cwd(), path), 'utf8') }))
}
