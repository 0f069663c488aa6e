import '@mantine/core/styles.css'
import 'virtual:theme-variables.css'
import '@mantine/notifications/styles.css'
import './theme/page.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { App } from './app.tsx'

// The policy of the page forbids making functions of text.
config({ jitless: true })

const place = document.getElementById('console')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
