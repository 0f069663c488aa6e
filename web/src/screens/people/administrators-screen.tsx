import { RecordScreen } from '../../records/record-screen.tsx'
import { ADMINISTRATORS } from './account-definition.tsx'

export function AdministratorsScreen() {
  return <RecordScreen definition={ADMINISTRATORS} />
}
