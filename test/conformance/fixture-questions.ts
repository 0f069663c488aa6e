import {
  acceptedContent,
  type CallToolResult,
  type InputRequests,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] })

const NAME = z.object({ name: z.string() })
const OK = z.object({ ok: z.boolean() })
const COLOR = z.object({ color: z.string() })

const elicit = (message: string, requestedSchema: z.ZodObject) =>
  inputRequired.elicit({ message, requestedSchema })

const sample = (words: string) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: words } }],
    maxTokens: 100,
  })

/** The tools of 2026-07-28 that ask by their results, as the suite calls them. */
export function addQuestions(server: McpServer, states: RequestStateCodec): void {
  const add = (
    name: string,
    run: (context: ServerContext) => Promise<CallToolResult | ReturnType<typeof inputRequired>>,
  ) => server.registerTool(`test_${name}`, { description: 'Asks first.' }, run)

  const askName = elicit('What is your name?', NAME)
  add('input_required_result_elicitation', async ({ mcpReq }) => {
    const given = acceptedContent(mcpReq.inputResponses, 'user_name', NAME)
    return given ? text(`Hello, ${given.name}!`) : inputRequired({ inputRequests: { user_name: askName } })
  })
  add('missing_capability', async () => inputRequired({ inputRequests: { answer: sample('Hello?') } }))
  add('streaming_elicitation', async () => inputRequired({ inputRequests: { user_name: askName } }))
  add('input_required_result_sampling', async ({ mcpReq }) => {
    const given = inputResponse(mcpReq.inputResponses, 'capital_question')
    if (given.kind === 'sampling') return text(JSON.stringify(given.result.content))
    return inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } })
  })
  add('input_required_result_list_roots', async ({ mcpReq }) => {
    const given = inputResponse(mcpReq.inputResponses, 'client_roots')
    if (given.kind === 'roots') return text(given.roots.map(({ uri }) => uri).join())
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  })
  for (const name of ['input_required_result_request_state', 'input_required_result_tampered_state'])
    add(name, async (context) => {
      const { mcpReq } = context
      const given = acceptedContent(mcpReq.inputResponses, 'confirm', OK)
      if (given && mcpReq.requestState() !== undefined) return text('state-ok')
      const requestState = await states.mint('confirm', context)
      return inputRequired({ inputRequests: { confirm: elicit('Please confirm', OK) }, requestState })
    })
  add('input_required_result_multiple_inputs', async (context) => {
    const { mcpReq } = context
    const asked = {
      user_name: askName,
      greeting: sample('Generate a greeting'),
      client_roots: inputRequired.listRoots(),
    }
    const missing = Object.keys(asked).filter(
      (key) => inputResponse(mcpReq.inputResponses, key).kind === 'missing',
    )
    if (missing.length === 0 && mcpReq.requestState() !== undefined) return text('all there')
    return inputRequired({ inputRequests: asked, requestState: await states.mint('all', context) })
  })
  add('input_required_result_multi_round', async (context) => rounds(context, states))
  add('input_required_result_capabilities', async ({ mcpReq }) => {
    const declared: unknown = Reflect.get(mcpReq.envelope ?? {}, 'io.modelcontextprotocol/clientCapabilities')
    const has = (name: string) => typeof declared === 'object' && declared !== null && name in declared
    const inputRequests: InputRequests = {
      ...(has('elicitation') ? { user_name: askName } : {}),
      ...(has('sampling') ? { greeting: sample('Generate a greeting') } : {}),
    }
    return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : text('nothing to ask')
  })
}

async function rounds(context: ServerContext, states: RequestStateCodec) {
  const { mcpReq } = context
  const round = mcpReq.requestState<number>()
  const color = acceptedContent(mcpReq.inputResponses, 'step2', COLOR)
  if (round === 2 && color) return text(`You like ${color.color}.`)
  const name = acceptedContent(mcpReq.inputResponses, 'step1', NAME)
  if (round === 1 && name) {
    const step2 = elicit('Step 2: What is your favorite color?', COLOR)
    return inputRequired({ inputRequests: { step2 }, requestState: await states.mint(2, context) })
  }
  const step1 = elicit('Step 1: What is your name?', NAME)
  return inputRequired({ inputRequests: { step1 }, requestState: await states.mint(1, context) })
}
