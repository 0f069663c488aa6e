/** Equal for keys that some database may take for the same. */
export function foldedKey(key: readonly (string | number | boolean)[]): string {
  return key
    .map((part) => {
      const text = String(part)
      if (DECIMAL.test(text)) return String(Number(text))
      const bare = NOT_ASCII.test(text) ? withoutAccents(text) : text.toLowerCase()
      return bare.trimEnd().replaceAll('ss', 's')
    })
    .join('\u0000')
}

function withoutAccents(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(ACCENT, '').toLowerCase()
  return letters
    .replaceAll(OWN_LETTER, (letter) => WRITTEN_AS[letter] ?? letter)
    .replaceAll(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - TO_HIRAGANA))
}

/** Letters that a collation of MySQL or MariaDB takes for others: ß for one s (general) or two (unicode). */
const WRITTEN_AS: Readonly<Record<string, string>> = {
  ß: 's',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
}
const OWN_LETTER = /[ßæœøłđðħı]/g
const KATAKANA = /[\u30a1-\u30f6]/g
const TO_HIRAGANA = 0x60

const NOT_ASCII = /[^\x20-\x7e]/
const ACCENT = /\p{M}/gu
const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/
