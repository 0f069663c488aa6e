import type { Readable, Writable } from 'node:stream'
import {
  type JSONRPCMessage,
  ProtocolErrorCode,
  parseJSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { toJsonText } from '../core/exact-json.ts'
import { fromJsonText } from '../core/from-json-text.ts'
import { answersOwed } from './answers-owed.ts'
import { type LineEvents, LONGEST_LINE, readLines } from './stdio-lines.ts'
import { wrongParams } from './wrong-params.ts'

export interface StdioStreams {
  readonly input: Readable
  readonly output: Writable
}

export interface StdioEvents {
  /** No more input comes: the client is done. */
  onEnd(): void
  onClosed(): void
  /** Every message, before it is answered. */
  onMessage?(message: JSONRPCMessage): void
}

export interface StdioTransport extends Transport {
  /** Reads no more, waits for the answers still owed (so many milliseconds at most), then closes. */
  drain(limitMs: number): Promise<void>
}

/**
 * JSON-RPC as lines on two streams. Unlike the SDK's own transport it answers what is not JSON-RPC instead of passing over
 * it, and it can be drained: at the end of input the SDK's drops the answers still owed.
 */
export function stdioTransport(
  { input, output }: StdioStreams,
  { onEnd, onClosed, onMessage }: StdioEvents,
): StdioTransport {
  const owed = answersOwed()
  let isOpen = true
  let isDraining = false

  const transport: StdioTransport = {
    async start() {
      output.on('error', close)
      readLines(input, { onLine: receive, onTooLong: refuse, onEnd })
    },
    async send(message) {
      if (isOpen) await writeLine(output, message)
      owed.settle(message)
    },
    async close() {
      close()
    },
    async drain(limitMs) {
      if (isDraining) return
      isDraining = true
      input.pause()
      await owed.none(limitMs)
      close()
    },
  }
  return transport

  function receive(line: string): void {
    const message = messageOf(line)
    const refused = message ? wrongParams(message) : notUnderstood(line)
    if (!message || refused) return void answer(refused)
    owed.add(message)
    onMessage?.(message)
    transport.onmessage?.(message)
  }

  function refuse(ends: Parameters<LineEvents['onTooLong']>[0]): void {
    answer(tooLong(ends))
  }

  function answer(message: unknown): void {
    writeLine(output, message).catch(close)
  }

  function close(): void {
    if (!isOpen) return
    isOpen = false
    input.pause()
    transport.onclose?.()
    onClosed()
  }
}

function messageOf(line: string): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(fromJsonText(line))
  } catch {
    return undefined
  }
}

/** The answer to what is not JSON (−32700) or not JSON-RPC (−32600), under its id where it has one. */
function notUnderstood(line: string): unknown {
  const read = jsonIn(line)
  const error = read
    ? { code: ProtocolErrorCode.InvalidRequest, message: 'Not a JSON-RPC 2.0 message.' }
    : { code: ProtocolErrorCode.ParseError, message: 'Parse error: the line is not valid JSON.' }
  const { data: id } = ID.safeParse(Object(read?.value).id)
  return { jsonrpc: '2.0', id: id ?? null, error }
}

/** Its id is found where messages have theirs, first or last: whoever sent it need not wait for an answer in vain. */
function tooLong({ head, tail }: { readonly head: string; readonly tail: string }): unknown {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*("[^"\\]*"|-?\d+)\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*("[^"\\]*"|-?\d+)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail)
  const message = `The message is longer than ${LONGEST_LINE} characters.`
  const error = { code: ProtocolErrorCode.InvalidRequest, message }
  return { jsonrpc: '2.0', id: jsonIn(found?.[1] ?? '')?.value ?? null, error }
}

const ID = z.union([z.string(), z.number()])

function jsonIn(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) }
  } catch {
    return undefined
  }
}

/** Resolves when the stream takes more. */
function writeLine(output: Writable, message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(`${toJsonText(message)}\n`, (error) => (error ? reject(error) : resolve()))
  })
}
