export interface Conversation {
  readonly steps: readonly {
    readonly why: string
    readonly name: string
    readonly args: Readonly<Record<string, unknown>>
    readonly text: string
  }[]
  readonly calls: number
  readonly characters: number
}
export function converse(): Promise<Conversation>
export function renderConversation(conversation: Conversation): string
