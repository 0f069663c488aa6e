/** `unit price` is `unit_x0020_price`: other characters by their code (ISO/IEC 9075-14 §9.1), so that the name can be read back. */
export function elementName(name: string): string {
  const coded = name.replaceAll(CODE_START, encoded).replaceAll(NOT_PART, encoded)
  return coded === '' ? '_' : coded.replace(NOT_START, encoded)
}

function encoded(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return `_x${code.padStart(code.length > 4 ? 6 : 4, '0')}_`
}

/** The name that `elementName` made this one of. */
export function nameOfElement(element: string): string {
  return element.replaceAll(CODE, (whole, code: string) => {
    const point = Number.parseInt(code, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

const NAME_START = 'A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF'
const NOT_START = new RegExp(`^[^${NAME_START}]`, 'u')
const NOT_PART = new RegExp(`[^${NAME_START}\\-.0-9\\xB7]`, 'gu')
/** What would read as a code. */
const CODE_START = /_(?=x(?:[0-9A-F]{4}|[0-9A-F]{6})_)/gi
const CODE = /_x([0-9A-F]{6}|[0-9A-F]{4})_/gi
