import { readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** A file of the repository, by its path from the top. */
export function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8')
}

/** Fenced blocks in their order; `section` is the heading they stand under. */
export function blocksOf(
  page: string,
): readonly { readonly language: string; readonly text: string; readonly section: string }[] {
  return [...page.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: text = '', index }) => ({
    language,
    text,
    section:
      page
        .slice(0, index)
        .match(/^#+ .*$/gm)
        ?.at(-1)
        ?.replace(/^#+ /, '') ?? '',
  }))
}

/** Tables in their order, cells as they are written, with `\|` read as `|`. */
function tablesOf(
  page: string,
): readonly { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }[] {
  return [...prose(page).matchAll(/^(\|.*\|)\n\|[-| ]+\|\n((?:\|.*\|(?:\n|$))*)/gm)].map(
    ([, header = '', rows = '']) => ({
      header: cellsOf(header),
      rows: rows.trim().split('\n').map(cellsOf),
    }),
  )
}

/** Rows of every table with this header. */
export function rowsUnder(page: string, ...header: readonly string[]): readonly (readonly string[])[] {
  return tablesOf(page).flatMap((table) =>
    header.every((name, index) => table.header[index] === name) ? table.rows : [],
  )
}

/** Every `code` in a text; also ``with ` in it``. */
export function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , code = '']) => code.replace(/^ (`.*`?) $/, '$1'))
}

/** The page without its fenced blocks. */
export function prose(page: string): string {
  return page.replaceAll(/^```\S*\n.*?^```$/gms, '')
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
