import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'

/** What the tests need of any client. */
export interface AnyClient {
  readonly instructions: string | undefined
  listTools(): Promise<{ tools: readonly { name: string; outputSchema?: unknown }[] }>
  callTool(call: {
    name: string
    arguments: Record<string, unknown>
  }): Promise<Readonly<Record<string, unknown>>>
  listResources(): Promise<{ resources: readonly { uri: string }[] }>
  listResourceTemplates(): Promise<{ resourceTemplates: readonly { uriTemplate: string }[] }>
  readResource(params: { uri: string }): Promise<{ contents: readonly object[] }>
  listPrompts(): Promise<{ prompts: readonly { name: string }[] }>
  getPrompt(params: {
    name: string
    arguments: Record<string, string>
  }): Promise<{ messages: readonly object[] }>
  complete(params: Completing): Promise<{ completion: object }>
  close(): Promise<void>
}

interface Completing {
  ref: { type: 'ref/resource'; uri: string }
  argument: { name: string; value: string }
}

export type Address =
  | { readonly url: string; readonly apiKey: string }
  | { readonly command: string; readonly args: string[]; readonly env: Record<string, string> }

/** Answers what a server asks the person behind the client; without one, the client does not say that it could. */
type Person = (message: string) => { action: 'accept' | 'decline'; content?: { confirm: boolean } }

const WHO = { name: 'test', version: '1' }

/** The four kinds of client in the field, each connected. */
export const CLIENTS: Readonly<Record<string, (address: Address, person?: Person) => Promise<AnyClient>>> = {
  'sdk 1.x': async (address, person) => {
    const client = new ClientV1(WHO, { capabilities: person ? { elicitation: {} } : {} })
    if (person) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => person(params.message))
    // The transport's optional members say `| undefined`, its interface does not.
    const transport =
      'url' in address
        ? new HttpV1(new URL(address.url), http(address.apiKey))
        : new StdioV1(process_(address))
    await client.connect(transport as Parameters<ClientV1['connect']>[0])
    return {
      instructions: client.getInstructions(),
      listTools: () => client.listTools(),
      callTool: (call) => client.callTool(call),
      listResources: () => client.listResources(),
      listResourceTemplates: () => client.listResourceTemplates(),
      readResource: (params) => client.readResource(params),
      listPrompts: () => client.listPrompts(),
      getPrompt: (params) => client.getPrompt(params),
      complete: (params) => client.complete(params),
      close: () => client.close(),
    }
  },
  '2.x legacy': (address, person) => v2(address, 'legacy', person),
  '2.x auto': (address, person) => v2(address, 'auto', person),
  '2.x pinned to 2026-07-28': (address, person) => v2(address, { pin: '2026-07-28' }, person),
}

type Mode = 'legacy' | 'auto' | { readonly pin: string }

async function v2(address: Address, mode: Mode, person?: Person): Promise<AnyClient> {
  const capabilities = person ? { elicitation: {} } : {}
  const client = new ClientV2(WHO, { versionNegotiation: { mode }, capabilities })
  if (person) client.setRequestHandler('elicitation/create', async ({ params }) => person(params.message))
  await client.connect(
    'url' in address
      ? new HttpV2(new URL(address.url), http(address.apiKey))
      : new StdioV2(process_(address)),
  )
  return {
    instructions: client.getInstructions(),
    listTools: () => client.listTools(),
    callTool: (call) => client.callTool(call),
    listResources: () => client.listResources(),
    listResourceTemplates: () => client.listResourceTemplates(),
    readResource: (params) => client.readResource(params),
    listPrompts: () => client.listPrompts(),
    getPrompt: (params) => client.getPrompt(params),
    complete: (params) => client.complete(params),
    close: () => client.close(),
  }
}

function http(apiKey: string) {
  return { requestInit: { headers: { 'X-DreamFactory-API-Key': apiKey } } }
}

function process_({ command, args, env }: Extract<Address, { command: string }>) {
  return { command, args, env, stderr: 'ignore' as const }
}
