import type {
  CallToolResult,
  ElicitResult,
  InMemoryServerEventBus,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/** A red pixel. */
export const IMAGE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
/** A WAV file without samples. */
const AUDIO = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA='

const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] })

/** The tools that the suite calls by name. */
export function addTools(server: McpServer, bus: InMemoryServerEventBus): void {
  addContentTools(server)
  addTalkingTools(server)
  server.registerTool('test_error_handling', { description: 'Fails.' }, async () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool('test_trigger_tool_change', { description: 'Says that tools changed.' }, async () => {
    bus.publish({ kind: 'tools_list_changed' })
    return text('changed')
  })
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Says that prompts changed.' },
    async () => {
      bus.publish({ kind: 'prompts_list_changed' })
      return text('changed')
    },
  )
}

function addContentTools(server: McpServer): void {
  const image = { type: 'image' as const, data: IMAGE, mimeType: 'image/png' }
  const embedded = (uri: string, mimeType: string, content: string) => ({
    type: 'resource' as const,
    resource: { uri, mimeType, text: content },
  })
  server.registerTool('test_simple_text', { description: 'Answers with text.' }, async () =>
    text('This is a simple text response for testing.'),
  )
  server.registerTool('test_image_content', { description: 'Answers with an image.' }, async () => ({
    content: [image],
  }))
  server.registerTool('test_audio_content', { description: 'Answers with sound.' }, async () => ({
    content: [{ type: 'audio', data: AUDIO, mimeType: 'audio/wav' }],
  }))
  server.registerTool('test_embedded_resource', { description: 'Answers with a resource.' }, async () => ({
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }))
  server.registerTool('test_multiple_content_types', { description: 'Answers with all.' }, async () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }))
}

function addTalkingTools(server: McpServer): void {
  const log = (context: ServerContext, data: string) => context.mcpReq.log('info', data)
  const logging = async (context: ServerContext) => {
    for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
      await log(context, words)
    return text('logged')
  }
  server.registerTool('test_tool_with_logging', { description: 'Logs three lines.' }, logging)
  server.registerTool('test_logging_tool', { description: 'Logs where the client wants it.' }, logging)
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Tells its progress.' },
    async ({ mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (const progress of progressToken === undefined ? [] : [0, 50, 100])
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
      return text('done')
    },
  )
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model.', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const message = { role: 'user' as const, content: { type: 'text' as const, text: prompt } }
      const { content } = await mcpReq.requestSampling({ messages: [message], maxTokens: 100 })
      return text(`LLM response: ${JSON.stringify(content)}`)
    },
  )
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the person.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, context) => {
      const response = { type: 'string' as const, description: "User's response" }
      return await elicited(context, message, { response }, ['response'])
    },
  )
  server.registerTool('test_elicitation_sep1034_defaults', { description: 'Has defaults.' }, (context) =>
    elicited(context, 'Please review the defaults', DEFAULTS),
  )
  server.registerTool('test_elicitation_sep1330_enums', { description: 'Has choices.' }, (context) =>
    elicited(context, 'Please choose', CHOICES),
  )
}

type Form = Extract<Parameters<ServerContext['mcpReq']['elicitInput']>[0], { requestedSchema: object }>
type Fields = Form['requestedSchema']['properties']

async function elicited(
  { mcpReq }: ServerContext,
  message: string,
  properties: Fields,
  required: string[] = [],
): Promise<CallToolResult> {
  const requestedSchema = { type: 'object' as const, properties, required }
  const { action, content }: ElicitResult = await mcpReq.elicitInput({
    mode: 'form',
    message,
    requestedSchema,
  })
  return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`)
}

const DEFAULTS: Fields = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}

const CHOICES: Fields = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: {
    type: 'string',
    oneOf: [
      { const: 'value1', title: 'First Option' },
      { const: 'value2', title: 'Second Option' },
      { const: 'value3', title: 'Third Option' },
    ],
  },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: {
    type: 'array',
    minItems: 1,
    maxItems: 3,
    items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  },
  titledMulti: {
    type: 'array',
    minItems: 1,
    maxItems: 3,
    items: {
      anyOf: [
        { const: 'value1', title: 'First Choice' },
        { const: 'value2', title: 'Second Choice' },
        { const: 'value3', title: 'Third Choice' },
      ],
    },
  },
}
