import sax, { type SAXParser } from 'sax'
import { AppError } from '../core/errors.ts'
import { nameOfElement } from './xml-name.ts'

/** The key around lists; an element of this name is never taken for a mere root. */
const WRAPPER = 'resource'
const DEEPEST = 200

interface Node {
  readonly name: string
  readonly children: Map<string, unknown>
  text: string
}

/**
 * XML → value (dreamfactory-rest §1.4): an element with elements in it is an object, elements of one name are a list, others
 * are texts and empty ones null. The root is left out, unless it is the wrapper. Attributes say nothing. Document types are
 * refused, and with them every entity but the five of XML itself. Throws `bad_request` with line and column.
 */
export function parseXml(text: string): unknown {
  const reader = sax.parser(true, { trim: false, position: true })
  const open: Node[] = []
  let root: { readonly name: string; readonly value: unknown } | undefined
  const refuse = (what: string): never => {
    throw notXml(what, reader)
  }
  reader.onerror = (error) => refuse(said(error))
  reader.ondoctype = () => refuse('it has a document type, which is not read')
  reader.onopentag = ({ name }) => {
    if (open.length === DEEPEST) refuse(`it is nested more than ${DEEPEST} levels deep`)
    open.push({ name: nameOfElement(name), children: new Map(), text: '' })
  }
  const addText = (part: string) => {
    const node = open.at(-1)
    if (node) node.text += part
  }
  reader.ontext = addText
  reader.oncdata = addText
  reader.onclosetag = () => {
    const node = open.pop()
    if (!node) return
    const parent = open.at(-1)
    if (parent) addChild(parent, node.name, contentOf(node))
    else root = { name: node.name, value: contentOf(node) }
  }
  reader.write(text).close()
  if (!root) return refuse('it has no element')
  return root.name.toLowerCase() === WRAPPER ? { [WRAPPER]: root.value } : root.value
}

function contentOf({ children, text }: Node): unknown {
  if (children.size > 0) return Object.fromEntries(children)
  return text === '' ? null : text
}

function addChild({ children }: Node, name: string, value: unknown): void {
  const known = children.get(name)
  if (!children.has(name)) children.set(name, value)
  else if (Array.isArray(known)) known.push(value)
  else children.set(name, [known, value])
}

function notXml(what: string, { line, column }: SAXParser): AppError {
  const at = { line: line + 1, column: column + 1 }
  return new AppError(
    'bad_request',
    `The request body is not valid XML: ${what} at line ${at.line}, column ${at.column}.`,
    { context: at },
  )
}

/** The parser adds lines that say where. */
function said({ message }: Error): string {
  const [first = ''] = message.split('\n', 1)
  return first.charAt(0).toLowerCase() + first.slice(1)
}
