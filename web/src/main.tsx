/** Where the console starts. */
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app.css'
import { router } from './frame/router.tsx'
import { startTexts } from './frame/start.ts'
import { Toasts } from './parts/toast.tsx'
import { queryClient } from './session/session.ts'

const place = document.getElementById('root')
if (place === null) throw new Error('the page has no place for the console')
await startTexts()
createRoot(place).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
