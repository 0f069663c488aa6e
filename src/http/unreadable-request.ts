import type { Socket } from 'node:net'

interface Unreadable {
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly hint?: string
}

const BY_CODE: Readonly<Record<string, Unreadable>> = {
  // RFC 6585 §5
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    message: 'The address and headers are too long.',
    hint: 'Send long options in the body of POST with ?method=GET.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    message: 'The request took too long to arrive.',
  },
}
const NOT_HTTP: Unreadable = { status: 400, reason: 'Bad Request', message: 'The request is not valid HTTP.' }

/** Answers what Node could not read as HTTP, in the error envelope, and closes. Nothing but the socket exists yet. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, reason, message, hint } = BY_CODE[error.code ?? ''] ?? NOT_HTTP
  const body = JSON.stringify({
    error: { code: status, context: null, message, status_code: status, ...(hint && { hint }) },
  })
  socket.write(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  socket.destroySoon()
}
