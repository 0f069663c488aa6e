import { z } from 'zod'
import { defineOperation } from '../../src/core/operation.ts'
import { type AnyTool, defineTool } from '../../src/core/tool.ts'

/** A tool that does its deed when a person says yes, and the deeds it did. */
export function askingTool() {
  const deeds: string[] = []
  const operation = defineOperation<{ what: string; size?: number | undefined }, object>({
    name: 'do_deed',
    kind: 'database',
    verb: 'GET',
    needs: [],
    input: z.strictObject({ what: z.string(), size: z.number().optional() }),
    resource: () => '',
    filtersItself: true,
    async run({ what }, { askPerson }) {
      const answer = await askPerson?.({ message: `Do ${what}?`, subject: `${what} ${deeds.length}` })
      if (answer === 'yes') deeds.push(what)
      return { answer: answer ?? 'no door' }
    },
  })
  const tool: AnyTool = defineTool({
    name: 'do_deed',
    title: 'Do deed',
    description: 'Does a deed.',
    arguments: z.strictObject({ what: z.string(), size: z.number().optional() }),
    output: z.object({ answer: z.string() }),
    scope: 'service',
    operation,
  })
  return { tool, deeds }
}
