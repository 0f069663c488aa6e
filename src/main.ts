#!/usr/bin/env node
// Evaluated before the rest of the program is so much as read.
import './young-heap.ts'

await import('./command-line.ts')
