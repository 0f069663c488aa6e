import { elementName } from '../http/xml-name.ts'
import { isObject } from './body.ts'

export const XML_TYPE = 'application/xml; charset=utf-8'

const PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'

/** dreamfactory-rest §1.5 */
const XML_ROOT = 'dfapi'

/**
 * A JSON answer as XML (dreamfactory-rest §1.5): an element for each key, repeated for the items of a list, indented by tabs.
 * null is an empty element, a list without a key of its own is of elements `item`.
 */
export function xmlOfJson(json: string): string {
  const answer: unknown = JSON.parse(json)
  return `${xmlHead()}${isObject(answer) ? xmlMembers(answer, 1) : xmlElement(ITEM, answer, 1)}${xmlTail()}`
}

export function xmlHead(): string {
  return `${PROLOG}<${XML_ROOT}>\n`
}

export function xmlTail(): string {
  return `</${XML_ROOT}>\n`
}

const ITEM = 'item'

/** The element of a name, or one for each item of a list. */
export function xmlElement(name: string, value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    return value
      .map((item) => xmlElement(name, Array.isArray(item) ? { [ITEM]: item } : item, depth))
      .join('')
  }
  const indent = '\t'.repeat(depth)
  const tag = elementName(name)
  if (value === null || value === undefined || value === '') return `${indent}<${tag}/>\n`
  if (!isObject(value)) return `${indent}<${tag}>${escaped(String(value))}</${tag}>\n`
  return `${indent}<${tag}>\n${xmlMembers(value, depth + 1)}${indent}</${tag}>\n`
}

function xmlMembers(object: Readonly<Record<string, unknown>>, depth: number): string {
  return Object.entries(object)
    .map(([name, value]) => xmlElement(name, value, depth))
    .join('')
}

/** What no XML 1.0 document may hold becomes U+FFFD (XML 1.0 §2.2). */
const FORBIDDEN = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

function escaped(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll(/[&<>\r]/g, (character) => ESCAPES[character] ?? character)
}
