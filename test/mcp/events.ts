type Message = ReturnType<typeof JSON.parse>

/** The messages of a stream, as they come. */
export async function* eventsOf(answer: Response): AsyncGenerator<Message> {
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString()
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1]
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}
