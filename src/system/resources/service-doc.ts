import { z } from 'zod'
import { optionalText, wholeNumber } from '../field-rules.ts'
import { readDescription } from '../service-docs/read-description.ts'
import { defineSystemResource } from '../system-resource.ts'

export const serviceDoc = defineSystemResource({
  name: 'service_doc',
  description: 'An API description that somebody wrote for a service.',
  columns: {
    service_id: { type: 'integer' },
    // 0 JSON, 1 YAML.
    format: { type: 'integer', default: 0 },
    content: { type: 'text', allowNull: true },
  },
  belongsTo: { service_id: 'service' },
  component: 'service',
  hasAddress: false,
  accepts: {
    format: wholeNumber.pipe(z.int().min(0).max(1)),
    content: optionalText(1_000_000),
  },
  toColumns(given, { stored }) {
    const { content, format = 0 } = { ...stored, ...given }
    if (typeof content === 'string' && content.trim() !== '') readDescription(content, Number(format))
    return given
  },
})
