import { Mail } from 'lucide-react'
import type { RecordDefinition } from '../../records/record-definition.ts'
import { RecordScreen } from '../../records/record-screen.tsx'

export function EmailTemplatesScreen() {
  return <RecordScreen definition={TEMPLATES} />
}

const SENDER = 'Sender and answers'

const TEMPLATES: RecordDefinition = {
  resource: 'email_template',
  title: 'E-mail templates',
  lead: 'The messages this server sends: invitations, lost passwords, registrations. Which service uses which is said in the settings of the services user and system.',
  icon: Mail,
  one: 'template',
  query: { order: 'name' },
  columns: [
    { field: 'name', label: 'Name' },
    { field: 'subject', label: 'Subject' },
    { field: 'description', label: 'Description' },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'Name', isRequired: true },
    { kind: 'text', name: 'description', label: 'Description' },
    { kind: 'text', name: 'subject', label: 'Subject' },
    {
      kind: 'long-text',
      name: 'body_text',
      label: 'Text',
      description:
        'May use {first_name}, {last_name}, {name}, {email}, {confirm_code}, {code_hours}, {link}, {instance_name} and lookups.',
    },
    {
      kind: 'long-text',
      name: 'body_html',
      label: 'HTML',
      description: 'Sent beside the text. Values are written into it as text.',
    },
    {
      kind: 'text',
      name: 'cc',
      label: 'Copy to',
      description: 'Whoever is named here, or below, gets the code of the message as well.',
      section: SENDER,
    },
    { kind: 'text', name: 'bcc', label: 'Blind copy to', section: SENDER },
    { kind: 'text', name: 'from_name', label: 'Name of the sender', section: SENDER },
    { kind: 'text', name: 'from_email', label: 'Address of the sender', section: SENDER },
    { kind: 'text', name: 'reply_to_name', label: 'Name for answers', section: SENDER },
    { kind: 'text', name: 'reply_to_email', label: 'Address for answers', section: SENDER },
    {
      kind: 'json',
      name: 'defaults',
      label: 'Defaults',
      description: 'Values by name, for what the message uses and nobody gives: {"team": "Support"}.',
      section: 'More',
    },
  ],
  emptyText: 'Add one to send invitations in your own words.',
  deleteText: () =>
    'Messages that use it are sent with the default words, or not at all where there are none.',
}
