import { randomBytes } from 'node:crypto'
import {
  acceptedContent,
  createRequestStateCodec,
  type InMemoryServerEventBus,
  inputRequired,
  McpServer,
  ResourceTemplate,
  type Server,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { addQuestions } from './fixture-questions.ts'
import { addTools, IMAGE } from './fixture-tools.ts'

const states = createRequestStateCodec({ key: randomBytes(32) })

/** A server with the tools, resources and prompts that the conformance suite knows by name. For tests alone. */
export function fixtureServer(bus: InMemoryServerEventBus): Server {
  const listChanged = true
  const server = new McpServer(
    { name: 'sluice-conformance', version: '0' },
    {
      capabilities: {
        tools: { listChanged },
        prompts: { listChanged },
        resources: { subscribe: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: states.verify },
    },
  )
  addTools(server, bus)
  addQuestions(server, states)
  addResources(server)
  addPrompts(server)
  server.server.setRequestHandler('completion/complete', async () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }))
  return server.server
}

function addResources(server: McpServer): void {
  const textual = (uri: string, mimeType: string, text: string) => ({ contents: [{ uri, mimeType, text }] })
  server.registerResource(
    'static-text',
    'test://static-text',
    { description: 'Text.', mimeType: 'text/plain' },
    async () =>
      textual('test://static-text', 'text/plain', 'This is the content of the static text resource.'),
  )
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'An image.', mimeType: 'image/png' },
    async () => ({
      contents: [{ uri: 'test://static-binary', mimeType: 'image/png', blob: IMAGE }],
    }),
  )
  server.registerResource(
    'watched',
    'test://watched-resource',
    { description: 'Watched.', mimeType: 'text/plain' },
    async () => textual('test://watched-resource', 'text/plain', 'Watched resource content'),
  )
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'By id.', mimeType: 'application/json' },
    async (uri, { id }) =>
      textual(
        uri.toString(),
        'application/json',
        JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
      ),
  )
  server.server.setRequestHandler('resources/subscribe', async () => ({}))
  server.server.setRequestHandler('resources/unsubscribe', async () => ({}))
}

const says = (text: string) => ({ role: 'user' as const, content: { type: 'text' as const, text } })

function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'Simple.' }, async () => ({
    messages: [says('This is a simple prompt for testing.')],
  }))
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'With arguments.', argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    async ({ arg1, arg2 }) => ({ messages: [says(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri }) => {
      const resource = {
        uri: resourceUri,
        mimeType: 'text/plain',
        text: 'Embedded resource content for testing.',
      }
      return {
        messages: [
          { role: 'user', content: { type: 'resource', resource } },
          says('Process the resource above.'),
        ],
      }
    },
  )
  server.registerPrompt('test_prompt_with_image', { description: 'With an image.' }, async () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: IMAGE, mimeType: 'image/png' } },
      says('Please analyze the image above.'),
    ],
  }))
  const context = z.object({ context: z.string() })
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks first.' },
    async ({ mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, 'user_context', context)
      if (given) return { messages: [says(`With ${given.context}`)] }
      const user_context = inputRequired.elicit({
        message: 'What context should the prompt use?',
        requestedSchema: context,
      })
      return inputRequired({ inputRequests: { user_context } })
    },
  )
}
